namespace MnistService.Model.Imaging;

/// <summary>Options for decoding and normalizing an image.</summary>
public sealed record ImageOptions
{
    public static ImageOptions Default { get; } = new();

    public InvertMode Invert { get; init; } = InvertMode.Auto;

    public NormalizeMode Normalize { get; init; } = NormalizeMode.Auto;

    /// <summary>
    /// Whether <see cref="ImageReader.ReadMarks"/> cuts wide marks where digits may touch. Without cuts, an image with one mark takes as long as in
    /// <see cref="ImageReader.Read"/>.
    /// </summary>
    public bool SeparateTouching { get; init; }

    /// <summary>
    /// Maximum width × height in pixels, except for single-scan JPEGs. The default holds the 24 megapixels of a camera. Decoding takes 4 or 8
    /// bytes per pixel, a progressive JPEG up to 10.
    /// </summary>
    public int MaxPixels { get; init; } = 25_000_000;

    /// <summary>
    /// Maximum width × height in pixels of a single-scan JPEG, which is decoded at a reduced size. The default holds the 64 megapixels of a camera.
    /// </summary>
    public int MaxJpegPixels { get; init; } = 65_000_000;
}

/// <summary>Whether ink is darker than the paper (polarity). Dark ink is inverted, because MNIST has light digits on black.</summary>
public enum InvertMode
{
    /// <summary>The polarity is detected from the image.</summary>
    Auto,

    /// <summary>The image is inverted: the caller states that the ink is darker than the paper.</summary>
    Always,

    /// <summary>The image is not inverted: the caller states that the ink is lighter than the paper.</summary>
    Never,
}

/// <summary>Whether an image is cropped, scaled and centered like MNIST's images.</summary>
public enum NormalizeMode
{
    /// <summary>The image is normalized, unless it is 28×28 and already looks like an MNIST image.</summary>
    Auto,

    /// <summary>The image is always normalized.</summary>
    Always,

    /// <summary>The image is never cropped or centered. The whole image is scaled to 28×28.</summary>
    Never,
}
