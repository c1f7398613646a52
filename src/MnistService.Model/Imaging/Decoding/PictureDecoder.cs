using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Decodes PNG and JPEG: the bytes are checked in managed code, and then decoded by Skia unless the check has shown the pixels.</summary>
internal static class PictureDecoder
{
    /// <param name="bytes">The file.</param>
    /// <param name="maxPixels">Width × height at most.</param>
    /// <exception cref="PictureException">The bytes are no sound picture of the two types, or it is too large.</exception>
    public static DecodedPicture Decode(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        switch (PictureSignature.Identify(bytes))
        {
            case PictureType.Png:
                var png = PngFile.Check(bytes, maxPixels);
                return png.Grey is { } grey ? new DecodedPicture(grey, SKEncodedOrigin.TopLeft) : DecodeChecked(png.Bytes, maxPixels);
            default:
                JpegHeader.Check(bytes, maxPixels);
                return DecodeChecked(bytes, maxPixels);
        }
    }

    private static unsafe DecodedPicture DecodeChecked(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        fixed (byte* start = bytes)
        {
            using var file = SKData.Create((nint)start, bytes.Length);
            using var codec = SKCodec.Create(file)
                ?? throw new PictureException(PictureError.Unreadable, "The picture's headers could not be read.");
            var found = codec.Info;
            // The two readings of the header must agree, or the bound on the memory would not hold.
            PictureSize.Check(found.Width, found.Height, maxPixels);
            var grey = found.ColorType == SKColorType.Gray8;
            // No colour space: the stored values are wanted, not what a screen would show.
            var wanted = new SKImageInfo(found.Width, found.Height, grey ? SKColorType.Gray8 : SKColorType.Rgba8888, grey ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
            var raster = new Raster(found.Width, found.Height, grey ? 1 : 4);
            try
            {
                var result = codec.GetPixels(wanted, raster.Address);
                return result == SKCodecResult.Success
                    ? new DecodedPicture(raster, codec.EncodedOrigin)
                    : throw new PictureException(PictureError.Unreadable, $"The picture's data could not be decoded: {result}.");
            }
            catch
            {
                raster.Dispose();
                throw;
            }
        }
    }
}
