namespace MnistService.Model.Imaging;

/// <summary>Options for decoding and normalizing an image.</summary>
public sealed record ImageOptions
{
    public static ImageOptions Default { get; } = new();

    public InvertMode Invert { get; init; } = InvertMode.Auto;

    public NormalizeMode Normalize { get; init; } = NormalizeMode.Auto;

    /// <summary>Maximum width × height in pixels. Decoding an image of 16 megapixels takes up to 64 MB for its pixels.</summary>
    public int MaxPixels { get; init; } = 16_000_000;
}
