using System.Buffers.Binary;
using MnistService.Model.Imaging.Marks;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Estimates the cost of decoding an image from its declared size and type, without validating the file.</summary>
internal static class ImageHeader
{
    private const int PngWidth = 16; // offset of the width in a PNG file, in bytes
    private const int PngHeight = 20; // offset of the height in a PNG file, in bytes
    private const int PngLength = 24; // minimum length in bytes of a PNG file that contains the width and the height
    private const int PngInterlace = 28; // offset of the interlace method in a PNG file, in bytes
    private const int BytesPerPixel = 4, PlaneBytesPerPixel = 64, LineBytesPerPixel = 32;
    private const int MostDownscaled = DigitNormalizer.ReducedPageSide * DigitNormalizer.ReducedPageSide;

    /// <returns>
    /// The estimated cost. All values are 0 if the bytes have no known header, or if the header declares more pixels than the limit. Decoding such a file fails
    /// at once.
    /// </returns>
    public static DecodeCost Estimate(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        if (JpegHeader.TryRead(bytes) is { } jpeg)
        {
            var pixels = (long)jpeg.Width * jpeg.Height;
            if (pixels > jpeg.MaxPixels(options)) return default;
            var reduction = ImageDecoder.ReductionFor(jpeg);
            var scans = jpeg.IsSingleScan ? 1 : Math.Clamp(JpegHeader.CountScans(bytes), 1, JpegHeader.MaxScans);
            // If the digit is small, the JPEG is decoded again at a larger size, but with at most MaxPixels pixels.
            var most = Math.Max(pixels / (reduction * reduction), Math.Min(pixels, options.MaxPixels));
            var planes = OfPlanes(pixels);
            return new(pixels, pixels / (reduction * reduction) + scans * pixels / ImageDecoder.ReducedSpeed,
                most * BytesPerPixel + jpeg.CoefficientBytes + (JpegHeader.LacksEnd(bytes) ? bytes.Length : 0) + planes, planes);
        }
        if (TryReadSize(bytes) is not var (width, height)) return default;
        var product = Math.Min(width, int.MaxValue) * Math.Min(height, int.MaxValue);
        if (product is < 0 || product > options.MaxPixels) return default;
        var isPng = bytes.StartsWith(ImageSignature.Png);
        // The decoders of WebP, GIF, BMP and interlaced PNG hold up to one more bitmap. If a PNG has several IDAT chunks, the chunks are joined and the file is
        // rebuilt, which needs copies of the file.
        var holdsTwice = !isPng || (bytes.Length > PngInterlace && bytes[PngInterlace] != 0);
        var ofPlanes = OfPlanes(product);
        return new(product, product, product * BytesPerPixel * (holdsTwice ? 2 : 1) + (isPng ? 4L * bytes.Length : 0) + ofPlanes, ofPlanes);
    }

    /// <summary>
    /// Returns the memory in bytes for the planes of the downscaled image: arrays with one value or one component label per pixel. For a large image, this
    /// includes the memory for a line of text with small digits, whose ink is measured again at a higher resolution.
    /// </summary>
    /// <param name="pixels">Width × height in pixels that the header declares.</param>
    private static long OfPlanes(long pixels) =>
        Math.Min(pixels, MostDownscaled) * PlaneBytesPerPixel + (pixels > LineInk.MostPixels ? (long)LineInk.MostPixels * LineBytesPerPixel : 0);

    private static (long Width, long Height)? TryReadSize(ReadOnlySpan<byte> bytes) => ImageSignature.TryIdentify(bytes) switch
    {
        ImageType.Png when bytes.Length >= PngLength => (BinaryPrimitives.ReadUInt32BigEndian(bytes[PngWidth..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[PngHeight..])),
        ImageType.WebP => WebpFile.TryReadSize(bytes),
        ImageType.Gif => GifFile.TryReadSize(bytes),
        ImageType.Bmp => BmpFile.TryReadSize(bytes),
        _ => null,
    };
}
