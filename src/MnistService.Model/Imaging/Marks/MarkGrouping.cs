using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Groups connected components into marks. Joins components that cannot be separate digits: a component directly above another one (the bar of a 5), and a
/// small component near a larger one (a piece of a broken stroke). Ignores small components that are not joined with a larger one.
/// </summary>
internal static class MarkGrouping
{
    /// <summary>Minimum height of a mark, as a fraction of the tallest mark's height. A smaller mark is joined with a larger mark or ignored.</summary>
    private const double LeastHeight = 0.25;

    /// <summary>
    /// Maximum number of connected components that are grouped into marks. An image with more components probably shows a texture, or more than 200 digits. The
    /// components with the smallest sums of squared ink are then ignored.
    /// </summary>
    private const int MostParts = 320;

    /// <summary>Maximum number of marks per image. If an image has more marks, the marks with the least ink are ignored.</summary>
    internal const int MostMarks = 200;

    /// <summary>
    /// Two marks are joined only if the ink of the fainter mark is at least this fraction of the ink of the other mark. The ink of a mark is the sum over its
    /// pixels, in gray levels.
    /// </summary>
    private const double LeastInk = 0.02;

    /// <summary>
    /// A small mark and a larger mark are joined only if the gap between them is at most this fraction of the longer side of the larger mark.
    /// </summary>
    private const double SmallGap = 0.25;

    /// <summary>
    /// A mark and the mark below it are joined only if the vertical gap between them is at most this fraction of the height of their common bounding box. The
    /// gaps between lines of text are usually larger.
    /// </summary>
    private const double StackGap = 0.13;

    /// <summary>
    /// Two marks can be consecutive pieces of a slanted stroke only if their horizontal gap and their vertical gap are both at most this fraction of the height
    /// of their common bounding box.
    /// </summary>
    private const double NextGap = 0.08;

    /// <summary>
    /// A small mark beside a larger mark is joined with the larger mark only if the small mark is at least this many times as long as wide. A long mark can be
    /// a piece of a stroke. A nearly square mark is treated as a dot.
    /// </summary>
    private const double DashAspect = 1.8;

    /// <summary>
    /// Two marks can be digits of different lines of text, one above the other, only if each mark has at least this fraction of the height of their common
    /// bounding box.
    /// </summary>
    private const double LargePart = 0.35;

    /// <summary>
    /// Two marks can be digits of different lines of text, one above the other, only if their common bounding box is more than this many times as high as the
    /// taller mark.
    /// </summary>
    private const double LargeStack = 1.35;

    /// <summary>
    /// Two marks have a similar height if the shorter mark has at least this fraction of the taller mark's height. A mark of similar height beside one of two
    /// stacked marks indicates that the stacked marks belong to different lines of text.
    /// </summary>
    private const double LikeHeight = 0.6;

    /// <summary>
    /// A mark that touches two or more edges of the sheet of paper is considered a shadow if it is more than this many times as high as the tallest other mark.
    /// Other marks are those that touch fewer than two edges.
    /// </summary>
    private const double ShadowHeight = 3;

    /// <summary>
    /// Shadows are removed only if the tallest mark that touches fewer than two edges of the sheet of paper has at least this fraction of the sheet's height.
    /// If all these marks are smaller, they may be specks, and the supposed shadow may be the digit.
    /// </summary>
    private const double LeastShadowed = 0.1;

    /// <summary>Groups the components of an image into marks.</summary>
    /// <param name="parts">Connected components of the ink on the sheet of paper, in upright orientation.</param>
    /// <param name="width">Width of the sheet in pixels of the downscaled image.</param>
    /// <param name="height">Height of the sheet in pixels of the downscaled image.</param>
    /// <returns>The marks, and the number of components and marks that were ignored.</returns>
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

    /// <summary>Joins marks for which <paramref name="belong"/> returns <c>true</c>, until it returns <c>false</c> for all pairs.</summary>
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
                j = -1; // the joined mark is larger, so all marks are compared with it again
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

    /// <summary>
    /// Returns whether two marks can be strokes of the same digit. One mark must be above or inside the other mark, the gap between the marks must be small
    /// (<see cref="StackGap"/>), and neither mark may be too faint (<see cref="LeastInk"/>).
    /// </summary>
    private static bool AreStacked(PageMark one, PageMark other)
    {
        var (a, b) = (one.Bounds, other.Bounds);
        var (shared, union) = (Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left), a.Include(b));
        var gap = Math.Max(a.Top, b.Top) - Math.Min(a.Bottom, b.Bottom);
        var isNext = -gap <= 0.2 * Math.Min(a.Height, b.Height) && Math.Max(gap, -shared) <= NextGap * union.Height; // consecutive pieces of a slanted stroke
        if (shared < 0.5 * Math.Min(a.Width, b.Width) && !isNext) return false;
        // Two tall marks that share more than half of the shorter mark's rows are treated as slanted digits beside each other.
        if (-gap > 0.5 * Math.Min(a.Height, b.Height) && Math.Min(a.Height, b.Height) > 0.5 * union.Height) return false;
        return gap <= StackGap * union.Height && Math.Min(one.Ink, other.Ink) >= LeastInk * Math.Max(one.Ink, other.Ink);
    }

    /// <summary>
    /// Returns whether two marks, one above the other, are digits of different lines of text. Both marks must be tall enough (<see cref="LargePart"/>,
    /// <see cref="LargeStack"/>). Beside one of the marks, there must be a third mark of similar height (<see cref="LikeHeight"/>).
    /// </summary>
    /// <param name="marks">Bounding boxes of all marks of the image, before marks are joined.</param>
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
