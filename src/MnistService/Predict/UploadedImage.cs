using System.Diagnostics;
using MnistService.Connections;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>One image of a request after decoding: either its marks, or the problem that led to the rejection of the image.</summary>
internal sealed record UploadedImage(string Name, PageMarks? Marks, Problem? Problem, TimeSpan DecodeTime)
{
    /// <summary>Whether the pixels were decoded once: the image was read, or rejected because it has no ink. False for a second reading, whose time differs.</summary>
    internal bool IsDecoded => Marks is not null || Problem?.Type == PredictProblems.NoInk;

    /// <summary>Whether a second reading of the image may have another result: it was segmented, or its ink was rejected.</summary>
    internal bool MayBeReadAgain => Marks is { Components: > 0 } || Problem?.Type == PredictProblems.NoInk || Problem?.Type == PredictProblems.BadProportions;

    /// <summary>The encoded image, kept for a second reading; null if it was not kept. The owner of this object disposes it.</summary>
    internal KeptFile? File { get; init; }

    /// <summary>The result of a second reading; null if this is the first one.</summary>
    internal IReadOnlyList<PageInterpretation>? Interpretations { get; private init; }

    /// <summary>Whether the image as one digit is also its only candidate.</summary>
    internal bool IsOneMark => Marks is { IsOneMark: true };

    /// <summary>The response to the whole request if the service is busy; null if the image was read or has a <see cref="Problem"/>.</summary>
    internal Busy? Refusal { get; private init; }

    /// <summary>Creates the entry that replaces all images of a request if the service is busy.</summary>
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

    /// <summary>Reads a doubtful image a second time.</summary>
    internal static UploadedImage DecodeAgain(string name, ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        var found = ImageReader.ReadInterpretations(bytes, options);
        return new(name, null, null, Stopwatch.GetElapsedTime(started)) { Interpretations = found };
    }

    internal static UploadedImage Rejected(string name, ImageException reason, TimeSpan decodeTime) => new(name, null, PredictProblems.Of(reason), decodeTime);

    /// <summary>Returns the inputs of the network, [N×784]: see <see cref="PageMarks.ToInputs"/>.</summary>
    internal ReadOnlyMemory<byte> ToPixels() => IsOneMark ? Marks!.Digit!.Pixels : Marks!.ToInputs().SelectMany(image => image.Pixels.ToArray()).ToArray();
}
