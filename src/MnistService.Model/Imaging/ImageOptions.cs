namespace MnistService.Model.Imaging;

/// <summary>Options for decoding and normalizing an image.</summary>
public sealed record ImageOptions
{
    public static ImageOptions Default { get; } = new();

    public InvertMode Invert { get; init; } = InvertMode.Auto;

    public NormalizeMode Normalize { get; init; } = NormalizeMode.Auto;

    /// <summary>
    /// Whether the caller needs all digits of the image. If true, <see cref="ImageReader.ReadMarks"/> cuts wide marks where digits may touch, and
    /// <see cref="ImageReader.ReadInterpretations"/> also returns candidates for several digits. The default, false, is faster.
    /// </summary>
    public bool SeparateTouching { get; init; }

    /// <summary>
    /// Maximum width × height in pixels of all images except single-scan JPEGs. The default allows the images of a 24-megapixel camera. Decoding needs up to 8
    /// bytes of memory per pixel; a progressive JPEG with three color components needs up to 10.
    /// </summary>
    public int MaxPixels { get; init; } = 25_000_000;

    /// <summary>
    /// Maximum width × height in pixels of a single-scan JPEG. The default allows the images of a 64-megapixel camera. The limit is higher than
    /// <see cref="MaxPixels"/>, because a large single-scan JPEG is decoded at a reduced size.
    /// </summary>
    public int MaxJpegPixels { get; init; } = 65_000_000;
}

/// <summary>Polarity of the ink: whether ink is darker than the paper. Dark ink is inverted, because MNIST's digits are light on a black background.</summary>
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
    /// <summary>
    /// The image is normalized, unless it already has MNIST's format: 28×28 gray pixels, and a digit with MNIST's size, position and stroke width.
    /// </summary>
    Auto,

    /// <summary>The image is always normalized.</summary>
    Always,

    /// <summary>The image is not cropped or centered. The whole image is scaled to 28×28; a non-square image is padded.</summary>
    Never,
}
