using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>A decoded image. Disposing it frees the pixels.</summary>
/// <param name="Raster">The pixels in the stored orientation.</param>
/// <param name="Orientation">EXIF orientation of a JPEG. It has not been applied to the pixels.</param>
internal sealed record DecodedPicture(Raster Raster, SKEncodedOrigin Orientation) : IDisposable
{
    public void Dispose() => Raster.Dispose();
}
