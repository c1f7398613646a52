using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging;

/// <summary>
/// Turns the bytes of a PNG or JPEG into a picture in MNIST's frame. Pure and without state: any number of threads may call it.
/// The rule is documented at <see cref="DigitNormalizer"/>.
/// </summary>
public static class PictureReader
{
    /// <summary>Reads one picture: about 20 µs for a grey 28×28 PNG, milliseconds for a page.</summary>
    /// <exception cref="PictureException">The picture was refused.</exception>
    public static DigitImage Read(ReadOnlySpan<byte> bytes, PictureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var picture = PictureDecoder.Decode(bytes, options.MaxPixels);
        return new DigitImage(MnistFrame.TryTake(picture.Raster, options) is { } pixels
            ? Orientation.Upright(pixels, picture.Orientation)
            : DigitNormalizer.Normalize(picture, options));
    }

    /// <summary>What the header says of the picture's size, found in a microsecond: it tells about how long <see cref="Read"/> will take.</summary>
    /// <returns>Width × height in pixels, or 0 where that cannot be told.</returns>
    public static long PixelsOf(ReadOnlySpan<byte> bytes) => PictureHeader.Pixels(bytes);
}
