namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A rectangle in pixels. The column <see cref="Right"/> and the row <see cref="Bottom"/> are outside the rectangle.</summary>
internal readonly record struct Box(int Left, int Top, int Right, int Bottom)
{
    /// <summary>A box without pixels, which <see cref="Include"/> ignores: <c>Empty.Include(box)</c> returns <c>box</c>.</summary>
    public static Box Empty { get; } = new(int.MaxValue, int.MaxValue, int.MinValue, int.MinValue);

    /// <summary>Returns the smallest box that contains all the given boxes; <see cref="Empty"/> if no boxes are given.</summary>
    public static Box Around(IEnumerable<Box> boxes) => boxes.Aggregate(Empty, (all, next) => all.Include(next));

    public int Width => Right - Left;

    public int Height => Bottom - Top;

    /// <summary>Number of pixels in the box. Not valid for <see cref="Empty"/>, whose sides overflow.</summary>
    public long Area => (long)Width * Height;

    public bool Contains(Box other) => Left <= other.Left && Top <= other.Top && Right >= other.Right && Bottom >= other.Bottom;

    public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    /// <summary>Returns the box, moved by the given numbers of pixels. Negative numbers move the box to the left and up.</summary>
    public Box Move(int right, int down) => new(Left + right, Top + down, Right + right, Bottom + down);

    public int LongSide => Math.Max(Width, Height);

    /// <summary>Returns the smallest box that contains this box and <paramref name="other"/>.</summary>
    public Box Include(Box other) =>
        new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>
    /// Returns the box, enlarged by a margin in pixels on each side and clipped to an image of the given size. A negative margin shrinks the box.
    /// </summary>
    public Box Grow(int margin, int pageWidth, int pageHeight) =>
        new(Math.Max(0, Left - margin), Math.Max(0, Top - margin), Math.Min(pageWidth, Right + margin), Math.Min(pageHeight, Bottom + margin));

    /// <summary>Returns the larger of the horizontal and the vertical gap to another box, in pixels; 0 if the boxes touch or overlap.</summary>
    public int Gap(Box other) => Math.Max(0, Math.Max(
        Math.Max(other.Left - Right, Left - other.Right),
        Math.Max(other.Top - Bottom, Top - other.Bottom)));
}
