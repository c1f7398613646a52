namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A rectangle of whole pixels; right and bottom are not part of it.</summary>
internal readonly record struct Box(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left;

    public int Height => Bottom - Top;

    public int LongSide => Math.Max(Width, Height);

    public Box Include(Box other) =>
        new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>Larger by a margin on each side, as far as the page goes.</summary>
    public Box Grow(int margin, int pageWidth, int pageHeight) =>
        new(Math.Max(0, Left - margin), Math.Max(0, Top - margin), Math.Min(pageWidth, Right + margin), Math.Min(pageHeight, Bottom + margin));

    /// <summary>Pixels between two boxes, along the axis on which they are farther apart; 0 where they touch or overlap.</summary>
    public int Gap(Box other) => Math.Max(0, Math.Max(
        Math.Max(other.Left - Right, Left - other.Right),
        Math.Max(other.Top - Bottom, Top - other.Bottom)));
}
