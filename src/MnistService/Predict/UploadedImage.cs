using System.Diagnostics;
using MnistService.Connections;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>One decoded image of a request: either the network input or the reason for its rejection.</summary>
internal sealed record UploadedImage(string Name, DigitImage? Image, Problem? Problem, TimeSpan DecodeTime)
{
    /// <summary>The response to the whole request if the service is busy; null if the image was read or has a <see cref="Problem"/>.</summary>
    internal Busy? Refusal { get; private init; }

    /// <returns>The single entry that replaces a request's images when the service is busy.</returns>
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
            return new(name, null, new(PredictProblems.Of(e), e.Message), Stopwatch.GetElapsedTime(started));
        }
    }
}
