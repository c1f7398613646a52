using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Ink that touches or crosses a straight line.</summary>
internal static class Crossings
{
    private enum Side
    {
        Left,
        Top,
        Right,
        Bottom,
    }

    /// <summary>
    /// Sides of a box that each digit may cross and stays legible. A straight stroke along a line is lost in it: the bar of a 7 in a line above is a slash. A 3
    /// on a line at its left is a B.
    /// </summary>
    private static readonly Side[][] Sides =
    [
        [Side.Left, Side.Top, Side.Right, Side.Bottom],
        [Side.Top, Side.Bottom],
        [Side.Left, Side.Top, Side.Right],
        [Side.Top, Side.Right, Side.Bottom],
        [Side.Left, Side.Top, Side.Bottom],
        [Side.Right, Side.Bottom],
        [Side.Top, Side.Right, Side.Bottom],
        [Side.Left, Side.Right, Side.Bottom],
        [Side.Left, Side.Top, Side.Right, Side.Bottom],
        [Side.Left, Side.Top, Side.Bottom],
    ];

    public static bool MayCrossBelow(int digit) => Sides[digit].Contains(Side.Bottom);

    /// <summary>Centers a digit in a box and moves it across one of its sides.</summary>
    /// <param name="distance">Pixels by which the ink passes the side.</param>
    public static InkShape Across(PageSheet sheet, InkShape digit, SKRect box, float distance)
    {
        var sides = Sides[digit.Digit!.Value];
        var (ink, along) = (digit.CenteredAt(box.MidX, box.MidY), sheet.Between(-0.6f, 0.6f));
        var (freeX, freeY) = (MathF.Max(0, box.Width - ink.Bounds.Width) / 2, MathF.Max(0, box.Height - ink.Bounds.Height) / 2);
        return sides[sheet.Random.Next(sides.Length)] switch
        {
            Side.Left => ink.MovedBy(box.Left - distance - ink.Bounds.Left, along * freeY),
            Side.Right => ink.MovedBy(box.Right + distance - ink.Bounds.Right, along * freeY),
            Side.Top => ink.MovedBy(along * freeX, box.Top - distance - ink.Bounds.Top),
            _ => ink.MovedBy(along * freeX, box.Bottom + distance - ink.Bounds.Bottom),
        };
    }
}
