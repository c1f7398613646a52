using System.Diagnostics;
using MnistService.Connections;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>One image of a request after decoding: either the network input, or the problem that led to the rejection of the image.</summary>
internal sealed record UploadedImage(string Name, DigitImage? Image, Problem? Problem, TimeSpan DecodeTime)
{
    /// <summary>Whether the pixels were decoded: the image was read, or rejected because it has no ink.</summary>
    internal bool IsDecoded => Image is not null || Problem?.Type == PredictProblems.NoInk;

    /// <summary>The response to the whole request if the service is busy; null if the image was read or has a <see cref="Problem"/>.</summary>
    internal Busy? Refusal { get; private init; }

    /// <summary>Creates the entry that replaces all images of a request if the service is busy.</summary>
    internal static UploadedImage Refused(Busy refusal) => new("", null, null, TimeSpan.Zero) { Refusal = refusal };

    internal static UploadedImage Decode(string name, ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return new(name, ImageReader.Read(bytes, options), null, Stopwatch.GetElapsedTime(started));
        }
        catch (ImageException e)
        {
            return Rejected(name, e, Stopwatch.GetElapsedTime(started));
        }
    }

    internal static UploadedImage Rejected(string name, ImageException reason, TimeSpan decodeTime) => new(name, null, new(PredictProblems.Of(reason), reason.Message), decodeTime);
}
