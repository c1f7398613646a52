namespace MnistService.Model.Imaging;

/// <summary>How a picture is read.</summary>
public sealed record PictureOptions
{
    public static PictureOptions Default { get; } = new();

    public InvertMode Invert { get; init; } = InvertMode.Auto;

    public NormalizeMode Normalize { get; init; } = NormalizeMode.Auto;

    /// <summary>Width × height at most; a picture of 16 megapixels takes up to 64 MB while it is read.</summary>
    public int MaxPixels { get; init; } = 16_000_000;
}
