using System.Diagnostics;
using MnistService.Connections;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>One decoded image of a request: either the network input or the reason for its rejection.</summary>
internal sealed record UploadedImage(string Name, DigitImage? Image, PictureProblem? Problem, TimeSpan DecodeTime)
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
            var (status, title) = e.Error switch
            {
                ImageError.TooLarge => (413, "The image is too large"),
                ImageError.UnsupportedType => (415, "The image type is not supported"),
                ImageError.NoInk => (422, "The image has no ink"),
                ImageError.BadProportions => (422, "The image has unsupported proportions"),
                ImageError.Empty => (400, "The body is empty"),
                _ => (400, "The image cannot be read"),
            };
            return new(name, null, new PictureProblem(status, e.Code, title, e.Message), Stopwatch.GetElapsedTime(started));
        }
    }

    internal static PictureProblem ProblemOf(ProblemException e) => new(e.Status, e.Code, e.Title, e.Message);
}
