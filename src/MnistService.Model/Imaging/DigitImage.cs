namespace MnistService.Model.Imaging;

/// <summary>The network's input: one image in MNIST's format, 28×28 grayscale bytes, row-major, 0 = paper, 255 = ink.</summary>
public sealed class DigitImage
{
    /// <summary>Width and height in pixels: 28.</summary>
    public const int Side = 28;

    /// <summary>Pixels per image: 784.</summary>
    public const int PixelCount = Side * Side;

    private readonly byte[] _pixels;

    /// <param name="pixels">784 bytes, row-major, 0 = paper, 255 = ink. The image takes ownership of the array.</param>
    /// <exception cref="ArgumentException">The array does not have exactly 784 bytes.</exception>
    public DigitImage(byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != PixelCount)
            throw new ArgumentException($"A digit image has {PixelCount} pixels, not {pixels.Length}.", nameof(pixels));
        _pixels = pixels;
    }

    /// <summary>784 bytes, row-major, 0 = paper, 255 = ink.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;
}
