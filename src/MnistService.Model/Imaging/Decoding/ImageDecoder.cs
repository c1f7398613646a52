using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Decodes PNG and JPEG. Managed code validates the file first; Skia then decodes it, unless the validation already produced the pixels.</summary>
internal static class ImageDecoder
{
    /// <param name="bytes">A complete image file.</param>
    /// <param name="maxPixels">Maximum width × height.</param>
    /// <exception cref="ImageException">The bytes are not a valid PNG or JPEG, or the image's size is outside the limits.</exception>
    public static DecodedImage Decode(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        switch (ImageSignature.Identify(bytes))
        {
            case ImageType.Png:
                var png = PngFile.Check(bytes, maxPixels);
                return png.Grey is { } grey ? new DecodedImage(grey, SKEncodedOrigin.TopLeft) : DecodeChecked(png.Bytes, maxPixels);
            default:
                JpegHeader.Check(bytes, maxPixels);
                return DecodeChecked(bytes, maxPixels);
        }
    }

    private static unsafe DecodedImage DecodeChecked(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        fixed (byte* start = bytes)
        {
            using var file = SKData.Create((nint)start, bytes.Length);
            using var codec = SKCodec.Create(file)
                ?? throw new ImageException(ImageError.Unreadable,
                    "The image's headers cannot be read: the file is damaged or of an unsupported variant. Save the image as a PNG and send it again.");
            var found = codec.Info;
            // Skia may read other dimensions than the managed check did, so check them again before memory is allocated.
            ImageSize.Check(found.Width, found.Height, maxPixels);
            var grey = found.ColorType == SKColorType.Gray8;
            // Without a color space, Skia returns the stored values without color management.
            var wanted = new SKImageInfo(found.Width, found.Height, grey ? SKColorType.Gray8 : SKColorType.Rgba8888, grey ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
            var raster = new Bitmap(found.Width, found.Height, grey ? 1 : 4);
            try
            {
                var result = codec.GetPixels(wanted, raster.Address);
                return result == SKCodecResult.Success
                    ? new DecodedImage(raster, codec.EncodedOrigin)
                    : throw new ImageException(ImageError.Unreadable,
                        $"The image's pixel data cannot be decoded: it is incomplete, damaged or of an unsupported variant (decoder result: {result}).");
            }
            catch
            {
                raster.Dispose();
                throw;
            }
        }
    }
}

/// <summary>A decoded image. Disposing it frees the pixels.</summary>
/// <param name="Bitmap">The pixels in the stored orientation.</param>
/// <param name="Orientation">EXIF orientation of a JPEG, which is not yet applied to the pixels; <c>TopLeft</c> (upright) for a PNG.</param>
internal sealed record DecodedImage(Bitmap Bitmap, SKEncodedOrigin Orientation) : IDisposable
{
    public void Dispose() => Bitmap.Dispose();
}
