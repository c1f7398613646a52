using System.Diagnostics;
using MnistService.Connections;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>
/// Result of decoding one image of a request. Contains either the ink marks found in the image, the interpretations of the ink from a second reading, the
/// reason why the image is rejected, or the reason why the whole request is rejected.
/// </summary>
internal sealed record UploadedImage(string Name, PageMarks? Marks, Problem? Problem, TimeSpan DecodeTime)
{
    /// <summary>
    /// Whether the image was decoded completely, so that <see cref="DecodeTime"/> is the time of a full decode. Also true if the decoded image was rejected
    /// because it has no ink.
    /// </summary>
    internal bool IsDecoded => Marks is not null || Problem?.Type == PredictProblems.NoInk;

    /// <summary>
    /// Whether decoding the image again, with several ways to distinguish ink from paper (<see cref="InterpretationKind"/>), may give another result. True if
    /// the image was segmented, or if it was rejected because of missing ink or unsupported proportions.
    /// </summary>
    internal bool MayBeReadAgain => Marks is { Components: > 0 } || Problem?.Type == PredictProblems.NoInk || Problem?.Type == PredictProblems.BadProportions;

    /// <summary>The encoded image, kept so that it can be decoded again; null if it was not kept. The owner of this object must dispose the file.</summary>
    internal KeptFile? File { get; init; }

    /// <summary>
    /// Result of decoding the image again, with several ways to distinguish ink from paper (<see cref="InterpretationKind"/>); null if this is the result of
    /// the first decoding.
    /// </summary>
    internal IReadOnlyList<PageInterpretation>? Interpretations { get; private init; }

    /// <summary>Whether the network has only one input for this image, which is the whole image as one digit.</summary>
    internal bool IsOneMark => Marks is { IsOneMark: true };

    /// <summary>The response to the whole request if the service is busy; null if the image was read or has a <see cref="Problem"/>.</summary>
    internal Busy? Refusal { get; private init; }

    /// <summary>Creates the only result of a request that is rejected because the service is busy, whatever the number of its images.</summary>
    internal static UploadedImage Refused(Busy refusal) => new("", null, null, TimeSpan.Zero) { Refusal = refusal };

    internal static UploadedImage Decode(string name, ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var marks = ImageReader.ReadMarks(bytes, options);
            var took = Stopwatch.GetElapsedTime(started);
            return marks is { Candidates: [], Rejection: { } reason } ? Rejected(name, reason, took) : new(name, marks, null, took);
        }
        catch (ImageException e)
        {
            return Rejected(name, e, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>Reads an image a second time, with several interpretations of its ink: <see cref="ImageReader.ReadInterpretations"/>.</summary>
    internal static UploadedImage DecodeAgain(string name, ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        var found = ImageReader.ReadInterpretations(bytes, options);
        return new(name, null, null, Stopwatch.GetElapsedTime(started)) { Interpretations = found };
    }

    internal static UploadedImage Rejected(string name, ImageException reason, TimeSpan decodeTime) => new(name, null, PredictProblems.Of(reason), decodeTime);

    /// <summary>Returns the network inputs of this image: [N×784] bytes, in the order of <see cref="PageMarks.ToInputs"/>.</summary>
    internal ReadOnlyMemory<byte> ToPixels() => IsOneMark ? Marks!.Digit!.Pixels : Marks!.ToInputs().SelectMany(image => image.Pixels.ToArray()).ToArray();
}
