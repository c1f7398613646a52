namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A rectangle in pixels. <see cref="Right"/> and <see cref="Bottom"/> are exclusive.</summary>
internal readonly record struct Box(int Left, int Top, int Right, int Bottom)
{
    /// <summary>The box that contains nothing; <see cref="Include"/> returns the other box.</summary>
    public static Box Empty { get; } = new(int.MaxValue, int.MaxValue, int.MinValue, int.MinValue);

    /// <summary>Returns the smallest box that contains all boxes; <see cref="Empty"/> if there are none.</summary>
    public static Box Around(IEnumerable<Box> boxes) => boxes.Aggregate(Empty, (all, next) => all.Include(next));

    public int Width => Right - Left;

    public int Height => Bottom - Top;

    /// <summary>Number of pixels.</summary>
    public long Area => (long)Width * Height;

    public bool Contains(Box other) => Left <= other.Left && Top <= other.Top && Right >= other.Right && Bottom >= other.Bottom;

    public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    /// <summary>Returns the box moved to the right and down.</summary>
    public Box Move(int right, int down) => new(Left + right, Top + down, Right + right, Bottom + down);

    public int LongSide => Math.Max(Width, Height);

    /// <summary>Returns the smallest box that contains this box and <paramref name="other"/>.</summary>
    public Box Include(Box other) =>
        new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>Returns the box, enlarged by a margin in pixels on each side and clipped to an image of the given size.</summary>
    public Box Grow(int margin, int pageWidth, int pageHeight) =>
        new(Math.Max(0, Left - margin), Math.Max(0, Top - margin), Math.Min(pageWidth, Right + margin), Math.Min(pageHeight, Bottom + margin));

    /// <summary>Returns the larger of the horizontal and the vertical gap to another box, in pixels; 0 if the boxes touch or overlap.</summary>
    public int Gap(Box other) => Math.Max(0, Math.Max(
        Math.Max(other.Left - Right, Left - other.Right),
        Math.Max(other.Top - Bottom, Top - other.Bottom)));
}
