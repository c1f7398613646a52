using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Reads an image's size from the header, to estimate the cost of decoding. Does not validate the file.</summary>
internal static class ImageHeader
{
    private const int PngWidth = 16, PngHeight = 20, PngLength = 24; // offsets after the signature (8 bytes) and IHDR's length (4) and type (4)
    private const int BytesPerPixel = 4;

    /// <returns>
    /// The estimated cost. All values are 0 if the bytes have no known header, or declare more pixels than the limit, because decoding such bytes fails at
    /// once.
    /// </returns>
    public static DecodeCost Estimate(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        if (JpegHeader.TryRead(bytes) is { } jpeg)
        {
            var pixels = (long)jpeg.Width * jpeg.Height;
            if (pixels > (jpeg.IsSingleScan ? options.MaxJpegPixels : options.MaxPixels)) return default;
            var reduction = jpeg.IsSingleScan ? ImageDecoder.ReductionFor(jpeg) : 1;
            // A small digit is decoded again with more detail, but never with more pixels than MaxPixels.
            return new(pixels, pixels / (reduction * reduction) + pixels / ImageDecoder.ReducedSpeed, Math.Min(pixels, options.MaxPixels) * BytesPerPixel + jpeg.CoefficientBytes + (JpegHeader.LacksEnd(bytes) ? bytes.Length : 0));
        }
        if (TryReadSize(bytes) is not var (width, height)) return default;
        var product = Math.Min(width, int.MaxValue) * Math.Min(height, int.MaxValue);
        return product is < 0 || product > options.MaxPixels ? default : new(product, product, product * BytesPerPixel);
    }

    private static (long Width, long Height)? TryReadSize(ReadOnlySpan<byte> bytes) => ImageSignature.TryIdentify(bytes) switch
    {
        ImageType.Png when bytes.Length >= PngLength => (BinaryPrimitives.ReadUInt32BigEndian(bytes[PngWidth..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[PngHeight..])),
        ImageType.WebP => WebpFile.TryReadSize(bytes),
        ImageType.Gif => GifFile.TryReadSize(bytes),
        ImageType.Bmp => BmpFile.TryReadSize(bytes),
        _ => null,
    };
}
