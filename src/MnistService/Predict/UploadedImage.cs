using System.Diagnostics;
using MnistService.Connections;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>One image of a request after decoding: either its marks, or the problem that led to the rejection of the image.</summary>
internal sealed record UploadedImage(string Name, PageMarks? Marks, Problem? Problem, TimeSpan DecodeTime)
{
    /// <summary>Whether the pixels were decoded: the image was read, or rejected because it has no ink.</summary>
    internal bool IsDecoded => Marks is not null || Problem?.Type == PredictProblems.NoInk;

    /// <summary>Whether the image as one digit is also its only candidate.</summary>
    internal bool IsOneMark => Marks is { Candidates: [var only], Digit: { } digit } && only.Image == digit;

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

    internal static UploadedImage Rejected(string name, ImageException reason, TimeSpan decodeTime) => new(name, null, PredictProblems.Of(reason), decodeTime);

    /// <summary>
    /// Returns the inputs of the network, [N×784]: the image as one digit, if it can be read as one, and then the candidates. If both are the same, there is only one.
    /// </summary>
    internal ReadOnlyMemory<byte> ToPixels()
    {
        if (IsOneMark) return Marks!.Digit!.Pixels;
        var images = Marks!.Candidates.Select(candidate => candidate.Image);
        if (Marks.Digit is { } digit) images = images.Prepend(digit);
        return images.SelectMany(image => image.Pixels.ToArray()).ToArray();
    }
}
