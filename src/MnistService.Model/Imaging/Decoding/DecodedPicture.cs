using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>A decoded picture.</summary>
/// <param name="Raster">Its pixels, as stored.</param>
/// <param name="Orientation">How a JPEG's camera was held (EXIF); the pixels are not turned yet.</param>
internal sealed record DecodedPicture(Raster Raster, SKEncodedOrigin Orientation) : IDisposable
{
    public void Dispose() => Raster.Dispose();
}
