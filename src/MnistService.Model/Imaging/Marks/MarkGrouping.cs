using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Joins components that cannot be separate digits, because one is above the other or is too small: the bar of a 5, pieces of a broken line. Small
/// components that belong to no mark are ignored.
/// </summary>
internal static class MarkGrouping
{
    /// <summary>A mark with less than this fraction of the tallest mark's height is not a digit.</summary>
    private const double LeastHeight = 0.25;

    /// <summary>Maximum number of components that are compared. A page with more has a texture, or more than 200 digits.</summary>
    private const int MostParts = 320;

    /// <summary>Maximum number of marks. Marks with less ink are ignored.</summary>
    internal const int MostMarks = 200;

    /// <summary>Minimum ink of a small component as a fraction of the ink of the mark that it belongs to.</summary>
    private const double LeastInk = 0.02;

    /// <summary>Maximum gap between a small component and its mark, as a fraction of the mark's longer side.</summary>
    private const double SmallGap = 0.25;

    /// <summary>Maximum gap between a mark and another one below it, as a fraction of the height of both together. Lines of text have larger gaps.</summary>
    private const double StackGap = 0.13;

    /// <summary>Maximum gap between the pieces of a slanted line, as a fraction of the height of both together.</summary>
    private const double NextGap = 0.08;

    /// <summary>A small component beside a mark belongs to it if it is at least this many times as long as thick. Others are dots.</summary>
    private const double DashAspect = 1.8;

    /// <summary>
    /// Two marks above each other are digits of two lines if each has at least this fraction of the height of both together, and both together are this many
    /// times as high as the higher one. Another digit of nearly the same height must be beside one of them.
    /// </summary>
    private const double LargePart = 0.35, LargeStack = 1.35, LikeHeight = 0.6;

    /// <summary>A mark at two edges of the page is a shadow if it is this many times as high as the other marks.</summary>
    private const double ShadowHeight = 3;

    /// <summary>Minimum height of the marks that are compared with a shadow, as a fraction of the page's height. Smaller marks may be specks.</summary>
    private const double LeastShadowed = 0.1;

    /// <param name="parts">Components of the upright page.</param>
    /// <param name="width">Width of the page in pixels.</param>
    /// <param name="height">Height of the page in pixels.</param>
    public static (List<PageMark> Marks, int Ignored) Group(IReadOnlyList<ConnectedComponent> parts, int width, int height)
    {
        List<PageMark> marks = [.. parts.OrderByDescending(part => part.Squares).Take(MostParts).Select(part => new PageMark(part.Bounds, part.Sum, [part.Label]))];
        var ignored = parts.Count - marks.Count;
        ignored += RemoveShadows(marks, width, height);
        List<Box> before = [.. marks.Select(mark => mark.Bounds)];
        JoinWhile(marks, (one, other) => AreStacked(one, other) && !AreInLines(one.Bounds, other.Bounds, before));
        var tallest = marks.Max(mark => mark.Bounds.Height);
        JoinWhile(marks, (one, other) => IsPiece(one, other, tallest) || IsPiece(other, one, tallest));
        ignored += marks.RemoveAll(mark => mark.Bounds.Height < LeastHeight * tallest);
        if (marks.Count > MostMarks)
        {
            ignored += marks.Count - MostMarks;
            marks = [.. marks.OrderByDescending(mark => mark.Ink).Take(MostMarks)];
        }
        return (marks, ignored);
    }

    /// <summary>Joins pairs of marks until no pair fulfills the condition.</summary>
    private static void JoinWhile(List<PageMark> marks, Func<PageMark, PageMark, bool> belong)
    {
        for (var i = 0; i < marks.Count; i++)
        {
            for (var j = 0; j < marks.Count; j++)
            {
                if (i == j || !belong(marks[i], marks[j])) continue;
                marks[i] = marks[i].Join(marks[j]);
                marks.RemoveAt(j);
                if (j < i) i--;
                j = -1; // the larger mark may reach others
            }
        }
    }

    private static int RemoveShadows(List<PageMark> marks, int width, int height)
    {
        List<int> heights = [.. marks.Where(mark => EdgesOf(mark) < 2).Select(mark => mark.Bounds.Height).OrderDescending()];
        if (heights.Count < 2 || heights[0] < LeastShadowed * height || heights[1] < 0.6 * heights[0]) return 0;
        return marks.RemoveAll(mark => EdgesOf(mark) >= 2 && mark.Bounds.Height > ShadowHeight * heights[0]);

        int EdgesOf(PageMark mark) => (mark.Bounds.Left <= 1 ? 1 : 0) + (mark.Bounds.Top <= 1 ? 1 : 0) + (mark.Bounds.Right >= width - 1 ? 1 : 0) + (mark.Bounds.Bottom >= height - 1 ? 1 : 0);
    }

    /// <summary>Returns whether one mark is above or inside the other one, with a gap as between strokes.</summary>
    private static bool AreStacked(PageMark one, PageMark other)
    {
        var (a, b) = (one.Bounds, other.Bounds);
        var (shared, union) = (Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left), a.Include(b));
        var gap = Math.Max(a.Top, b.Top) - Math.Min(a.Bottom, b.Bottom);
        var isNext = -gap <= 0.2 * Math.Min(a.Height, b.Height) && Math.Max(gap, -shared) <= NextGap * union.Height; // the next piece of a slanted line
        if (shared < 0.5 * Math.Min(a.Width, b.Width) && !isNext) return false;
        // Two slanted digits beside each other share columns and rows.
        if (-gap > 0.5 * Math.Min(a.Height, b.Height) && Math.Min(a.Height, b.Height) > 0.5 * union.Height) return false;
        return gap <= StackGap * union.Height && Math.Min(one.Ink, other.Ink) >= LeastInk * Math.Max(one.Ink, other.Ink);
    }

    /// <summary>Returns whether two marks above each other are digits of different lines: another mark of that height is beside one of them.</summary>
    private static bool AreInLines(Box one, Box other, List<Box> marks)
    {
        var union = one.Include(other);
        var (low, high) = (Math.Min(one.Height, other.Height), Math.Max(one.Height, other.Height));
        return low >= LargePart * union.Height && union.Height > LargeStack * high
            && marks.Exists(mark => (mark.Left >= union.Right || mark.Right <= union.Left) && mark.Height >= LikeHeight * high && mark.Height <= high / LikeHeight && (IsBeside(mark, one) || IsBeside(mark, other)));

        static bool IsBeside(Box a, Box b) => Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top) >= 0.6 * Math.Max(a.Height, b.Height);
    }

    private static bool IsPiece(PageMark piece, PageMark mark, int tallest)
    {
        var (small, large) = (piece.Bounds, mark.Bounds);
        if (small.Height >= LeastHeight * tallest || small.LongSide > large.LongSide || piece.Ink < LeastInk * mark.Ink || small.Gap(large) > SmallGap * large.LongSide) return false;
        var shared = Math.Min(small.Right, large.Right) - Math.Max(small.Left, large.Left);
        return shared >= 0.5 * small.Width || small.LongSide >= DashAspect * Math.Min(small.Width, small.Height);
    }
}
