using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>A decoded image. Disposing it frees the pixels.</summary>
/// <param name="Bitmap">The pixels in the stored orientation.</param>
/// <param name="Orientation">EXIF orientation of a JPEG. It has not been applied to the pixels.</param>
internal sealed record DecodedImage(Bitmap Bitmap, SKEncodedOrigin Orientation) : IDisposable
{
    public void Dispose() => Bitmap.Dispose();
}
