namespace MnistService.Model.Imaging;

/// <summary>Input of the network: one image in MNIST's format, 28×28 grayscale bytes, row-major, 0 = paper, 255 = ink.</summary>
public sealed class DigitImage
{
    /// <summary>Width and height in pixels: 28.</summary>
    public const int Side = 28;

    /// <summary>Number of pixels: 784.</summary>
    public const int PixelCount = Side * Side;

    private readonly byte[] _pixels;

    /// <param name="pixels">784 bytes, row-major, 0 = paper, 255 = ink. The array is not copied, so the caller must not change it afterwards.</param>
    /// <exception cref="ArgumentException">The array does not have exactly 784 bytes.</exception>
    public DigitImage(byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != PixelCount)
            throw new ArgumentException($"The array has {pixels.Length} bytes; expected {PixelCount} (28×28).", nameof(pixels));
        _pixels = pixels;
    }

    /// <summary>784 bytes, row-major, 0 = paper, 255 = ink.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;
}
