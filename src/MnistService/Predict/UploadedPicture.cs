using System.Diagnostics;
using MnistService.Hosting;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>One picture of a request, already decoded: what goes to the network, or why it was refused.</summary>
internal sealed record UploadedPicture(string Name, DigitImage? Image, PictureProblem? Problem, TimeSpan DecodeTime)
{
    /// <summary>Instead of the pictures of a request that is refused, because too many images wait to be decoded.</summary>
    internal static UploadedPicture NotDecoded { get; } = new("", null, null, TimeSpan.Zero);

    private static readonly UploadedPicture NoMemory = new("", null, null, TimeSpan.Zero), Cut = new("", null, null, TimeSpan.Zero);

    /// <param name="end"><see cref="BodyEnd.Refused"/> or <see cref="BodyEnd.Cut"/>.</param>
    /// <returns>Instead of the pictures of a request that is refused, because the memory of bodies is exhausted.</returns>
    internal static UploadedPicture RefusedFor(BodyEnd end) => end == BodyEnd.Cut ? Cut : NoMemory;

    internal bool IsRefused => ReferenceEquals(this, NotDecoded) || ReferenceEquals(this, NoMemory) || ReferenceEquals(this, Cut);

    /// <summary>The response to a request that is refused.</summary>
    /// <param name="untilDecoded">Until the images that wait are decoded.</param>
    internal Busy Refusal(TimeSpan untilDecoded) => ReferenceEquals(this, NotDecoded) ? Busy.Decoding(untilDecoded) : Busy.Memory(isCut: ReferenceEquals(this, Cut));

    internal static UploadedPicture Decode(string name, ReadOnlySpan<byte> bytes, PictureOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return new(name, PictureReader.Read(bytes, options), null, Stopwatch.GetElapsedTime(started));
        }
        catch (PictureException e)
        {
            var (status, title) = e.Error switch
            {
                PictureError.TooLarge => (413, "The picture is too large"),
                PictureError.UnsupportedType => (415, "Not a picture type that is read"),
                PictureError.NoInk => (422, "The picture is empty of ink"),
                PictureError.BadProportions => (422, "The picture has impossible proportions"),
                PictureError.Empty => (400, "The body is empty"),
                _ => (400, "The picture cannot be read"),
            };
            return new(name, null, new PictureProblem(status, e.Code, title, e.Message), Stopwatch.GetElapsedTime(started));
        }
    }

    internal static PictureProblem ProblemOf(ProblemException e) => new(e.Status, e.Code, e.Title, e.Message);
}
