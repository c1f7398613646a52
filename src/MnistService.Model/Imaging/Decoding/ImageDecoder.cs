using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Decodes PNG, JPEG, WebP, GIF and BMP files. Of an animation, only the first frame is decoded. Managed code validates each file. Then Skia decodes the file,
/// unless the validation already produced the pixels.
/// </summary>
internal static class ImageDecoder
{
    /// <summary>
    /// Minimum length in pixels that the longer side must have after a JPEG is decoded at a reduced size. If a digit is then too small, the JPEG is decoded
    /// again at a larger size.
    /// </summary>
    private const int LeastReducedSide = 800;

    /// <summary>
    /// Number of JPEG pixels whose entropy decoding takes as long as the complete decoding of one pixel. Used to estimate the cost of a JPEG.
    /// </summary>
    public const int ReducedSpeed = 6;

    /// <param name="bytes">A complete file.</param>
    /// <param name="options">
    /// Contains the limits of the image's size: <see cref="ImageOptions.MaxPixels"/> and <see cref="ImageOptions.MaxJpegPixels"/>.
    /// </param>
    /// <param name="reduction">
    /// Divisor of the width and height of a JPEG: 1, 2, 4 or 8. If <c>null</c>, <see cref="ReductionFor"/> chooses the divisor. Ignored for the other formats.
    /// </param>
    /// <exception cref="ImageException">The bytes are not a valid image of a supported type, or the image's size is outside the limits.</exception>
    public static DecodedImage Decode(ReadOnlySpan<byte> bytes, ImageOptions options, int? reduction = null)
    {
        try
        {
            return Decode(bytes, ImageSignature.Identify(bytes), options, reduction);
        }
        catch (ImageException e) when ((e.Error != ImageError.UnsupportedType || bytes.StartsWith("RIFF"u8)) && TextDamage.Find(bytes) is { } cause)
        {
            // Text damage can also change the signature or the declared size, so the found damage is reported instead of the original error.
            throw new ImageException(ImageError.Unreadable, cause, e);
        }
    }

    /// <returns>
    /// Divisor of the JPEG's width and height: the largest of 2, 4 and 8 that leaves at least 800 pixels on the longer side. 1 if there is no such divisor, or
    /// if the JPEG is not single-scan.
    /// </returns>
    public static int ReductionFor(JpegHeader header)
    {
        var reduction = 1;
        while (header.IsSingleScan && reduction < 8 && Math.Max(header.Width, header.Height) / (2 * reduction) >= LeastReducedSide) reduction *= 2;
        return reduction;
    }

    private static DecodedImage Decode(ReadOnlySpan<byte> bytes, ImageType type, ImageOptions options, int? reduction)
    {
        switch (type)
        {
            case ImageType.Png:
                var png = PngFile.Check(bytes, options.MaxPixels);
                return png.Gray is { } gray ? new DecodedImage(gray, png.Orientation, Reduction: 1) : DecodeChecked(png.Bytes, options.MaxPixels) with { Orientation = png.Orientation };
            case ImageType.WebP:
                var orientation = WebpFile.Check(bytes, options.MaxPixels);
                return DecodeChecked(bytes, options.MaxPixels) with { Orientation = orientation };
            case ImageType.Gif:
                GifFile.Check(bytes, options.MaxPixels);
                return DecodeChecked(bytes, options.MaxPixels);
            case ImageType.Bmp:
                BmpFile.Check(bytes, options.MaxPixels);
                var bmp = DecodeChecked(bytes, options.MaxPixels);
                bmp.Bitmap.MakeOpaqueIfInvisible(); // browsers also ignore an alpha channel that is 0 in all pixels
                return bmp;
            default:
                var jpeg = JpegHeader.Check(bytes, options);
                // If line ends were converted or removed, the decoder would return a distorted image without an error.
                if (TextDamage.FindLineEnds(bytes) is { } cause) throw new ImageException(ImageError.Unreadable, cause);
                return DecodeJpeg(bytes, jpeg, options, reduction ?? ReductionFor(jpeg));
        }
    }

    /// <summary>
    /// Decodes a JPEG. If a single-scan JPEG lacks its end-of-image marker, 8 zero bytes are appended, because the decoder must fill its bit buffer to decode
    /// the last row. Eight bytes are too few for a whole row, so the decoder still reports missing rows.
    /// </summary>
    private static DecodedImage DecodeJpeg(ReadOnlySpan<byte> bytes, JpegHeader header, ImageOptions options, int reduction)
    {
        const int BitBuffer = 8;
        var maxPixels = header.MaxPixels(options);
        return header.IsSingleScan && JpegHeader.LacksEnd(bytes)
            ? DecodeChecked([.. bytes, .. new byte[BitBuffer]], maxPixels, reduction, (header.Width, header.Height))
            : DecodeChecked(bytes, maxPixels, reduction, (header.Width, header.Height));
    }

    private static unsafe DecodedImage DecodeChecked(ReadOnlySpan<byte> bytes, int maxPixels, int reduction = 1, (int Width, int Height)? expected = null)
    {
        fixed (byte* start = bytes)
        {
            using var file = SKData.Create((nint)start, bytes.Length);
            using var codec = SKCodec.Create(file)
                ?? throw new ImageException(ImageError.Unreadable,
                    "The image's headers cannot be read: the file is damaged or of an unsupported variant. Save the image as a PNG and send it again.");
            var found = codec.Info;
            // Skia may read other dimensions than the managed code, so check the dimensions again before memory is allocated.
            ImageSize.Check(found.Width, found.Height, maxPixels);
            if (expected is var (width, height) && (found.Width, found.Height) != (width, height))
                throw new ImageException(ImageError.Unreadable,
                    $"The image has contradictory headers: {width}×{height} and {found.Width}×{found.Height} pixels. "
                    + "Save the image as a PNG and send it again.");
            var size = reduction == 1 ? found.Size : codec.GetScaledDimensions(1f / reduction);
            var gray = found.ColorType == SKColorType.Gray8;
            // Without a color space, Skia returns the stored values without color management.
            var wanted = new SKImageInfo(size.Width, size.Height, gray ? SKColorType.Gray8 : SKColorType.Rgba8888, gray ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
            var bitmap = new Bitmap(size.Width, size.Height, gray ? 1 : 4);
            try
            {
                var result = codec.GetPixels(wanted, bitmap.Address);
                return result == SKCodecResult.Success
                    ? new DecodedImage(bitmap, codec.EncodedOrigin, reduction) { FileWidth = found.Width, FileHeight = found.Height }
                    : throw new ImageException(ImageError.Unreadable, $"The image's data could not be decoded: {Describe(result)}. "
                        + "Save the image again, for example as a PNG.");
            }
            catch
            {
                bitmap.Dispose();
                throw;
            }
        }
    }

    private static string Describe(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "it ends before the last row",
        SKCodecResult.ErrorInInput => "it is damaged",
        SKCodecResult.InvalidInput => "it does not match the file's headers",
        SKCodecResult.Unimplemented => "the decoder does not support this variant of the format",
        _ => $"{result}",
    };
}

/// <summary>A decoded image. <see cref="Dispose"/> frees the pixels.</summary>
/// <param name="Bitmap">The pixels in the stored orientation.</param>
/// <param name="Orientation">EXIF orientation, which is not yet applied to the pixels.</param>
/// <param name="Reduction">Number of pixels of the full-size image per pixel of the bitmap, in each direction: 1, 2, 4 or 8.</param>
internal sealed record DecodedImage(Bitmap Bitmap, SKEncodedOrigin Orientation, int Reduction) : IDisposable
{
    /// <summary>Width in pixels of the full-size image, in the stored orientation.</summary>
    public int FileWidth { get; init; } = Bitmap.Width;

    /// <summary>Height in pixels of the full-size image, in the stored orientation.</summary>
    public int FileHeight { get; init; } = Bitmap.Height;

    public void Dispose() => Bitmap.Dispose();
}
