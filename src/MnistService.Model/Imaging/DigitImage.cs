namespace MnistService.Model.Imaging;

/// <summary>One picture in MNIST's frame: 28×28 grey bytes in row order, 0 = paper, 255 = ink.</summary>
public sealed class DigitImage
{
    /// <summary>Pixels on a side.</summary>
    public const int Side = 28;

    /// <summary>Pixels in a picture: 784.</summary>
    public const int PixelCount = Side * Side;

    private readonly byte[] _pixels;

    /// <param name="pixels">784 bytes in row order; owned by this picture from here on.</param>
    /// <exception cref="ArgumentException">There are not exactly 784 pixels.</exception>
    public DigitImage(byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != PixelCount)
            throw new ArgumentException($"A digit image has {PixelCount} pixels, not {pixels.Length}.", nameof(pixels));
        _pixels = pixels;
    }

    /// <summary>784 bytes in row order, 0 = paper, 255 = ink.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;
}
