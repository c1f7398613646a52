using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Removes connected components around a digit that do not belong to the digit: underlines, lines above the digit, brackets, and open boxes and circles.
/// </summary>
internal static class Surroundings
{
    /// <summary>Minimum ratio of width to height of a horizontal bar. A bar can be an underline or a line above a digit.</summary>
    private const double BarAspect = 3.5;

    /// <summary>
    /// A bar is long if its length is at least this multiple of the digit's width. A bar above a digit is removed only if it is long, because a shorter bar can
    /// be a stroke of a 5. A long underline may be twice as thick as a short one.
    /// </summary>
    private const double LongBar = 2;

    /// <summary>
    /// Minimum sum of squared ink of a component, as a fraction of the largest such sum in the image. Components with less ink are specks and are ignored.
    /// Otherwise, a digit with a speck inside would be taken for a box or circle around a digit.
    /// </summary>
    private const double LeastInk = 0.05;

    /// <summary>
    /// Maximum number of components that are compared pairwise. An image with more components probably has a texture, and no components are removed.
    /// </summary>
    private const int MostParts = 64;

    /// <summary>
    /// Minimum height of a digit inside an open box or circle, as a fraction of the height of the box or circle. Smaller components are dots or pieces of a
    /// stroke.
    /// </summary>
    private const double LeastInside = 0.2;

    /// <summary>
    /// Minimum horizontal distance between the middle of a curved bracket and its ends, as a fraction of the bracket's height. A straighter component can be a
    /// 1.
    /// </summary>
    private const double LeastBulge = 0.02;

    /// <summary>
    /// A component counts as a straight vertical line only if it fills at least this fraction of its bounding box. A slanted or bent line fills less.
    /// </summary>
    private const double RuledFill = 0.8;

    /// <summary>A component counts as a straight vertical line only if it is at least this many times as high as wide.</summary>
    private const double RuledAspect = 5;

    /// <summary>Returns the components without underlines, lines above the digit, brackets, and open boxes and circles.</summary>
    /// <param name="found">The components in the stored orientation.</param>
    /// <param name="width">Width of the stored image in pixels.</param>
    /// <param name="height">Height of the stored image in pixels.</param>
    /// <param name="stored">
    /// EXIF orientation of the stored image. The components are compared in the upright orientation, in which an underline is below the digit.
    /// </param>
    /// <param name="isNumber">
    /// Whether the image may show several digits. If <c>true</c>, two components beside a digit are removed as brackets only if they do not look like a 1.
    /// </param>
    public static IReadOnlyList<ConnectedComponent> Remove(ConnectedComponents found, int width, int height, SKEncodedOrigin stored, bool isNumber = false)
    {
        var most = found.Parts.Max(part => part.Squares);
        List<Upright> parts = [.. found.Parts.Where(part => part.Squares >= LeastInk * most).Select(part => new Upright(part, ExifOrientation.Upright(part.Bounds, width, height, stored)))];
        if (parts.Count is < 2 or > MostParts) return found.Parts; // there is nothing to compare, or the image probably has a texture
        var (dropped, isTurned) = (new HashSet<int>(), ExifOrientation.SwapsSides(stored));
        foreach (var part in parts)
            if (parts.Exists(inner => inner.Label != part.Label && Surrounds(found, width, part, inner))) dropped.Add(part.Label);
        // A bar above a single stroke is kept, because it can be the bar of a 7.
        foreach (var bar in parts.Where(part => !dropped.Contains(part.Label) && IsBar(part.Box)))
            if (parts.Exists(digit => digit.Label != bar.Label && !dropped.Contains(digit.Label) && !IsBar(digit.Box)
                && (Underlines(bar.Box, digit.Box) || IsAbove(bar.Box, digit.Box) && !IsOneStroke(found, width, digit.Part, isTurned)))) dropped.Add(bar.Label);
        foreach (var digit in parts.Where(part => !dropped.Contains(part.Label)))
        {
            var brackets = parts.Where(part => part.Label != digit.Label && IsBracket(part.Box, digit.Box)).ToList();
            var (before, after) = (brackets.FindAll(part => part.Box.Right <= digit.Box.Left + 1), brackets.FindAll(part => digit.Box.Right <= part.Box.Left + 1));
            if (before.Count != 1 || after.Count != 1 || !AreAlike(before[0].Box, after[0].Box)) continue;
            if (isNumber && !AreNoOnes(found, width, before[0].Part, after[0].Part)) continue;
            dropped.Add(before[0].Label);
            dropped.Add(after[0].Label);
        }
        return dropped.Count == 0 ? found.Parts : [.. found.Parts.Where(part => !dropped.Contains(part.Label))];
    }

    /// <summary>
    /// Returns whether <paramref name="outer"/> is an open box or circle around <paramref name="inner"/>. The bounding box of <paramref name="outer"/> must
    /// contain that of <paramref name="inner"/>. The pixels of <paramref name="outer"/> may fill at most half of its own bounding box and 5 % of the bounding
    /// box of <paramref name="inner"/>. The inner component must be high enough (<see cref="LeastInside"/>).
    /// </summary>
    private static bool Surrounds(ConnectedComponents found, int width, Upright outer, Upright inner)
    {
        if (!outer.Box.Contains(inner.Box) || inner.Box.Height < LeastInside * outer.Box.Height || outer.Part.Pixels > outer.Box.Area / 2) return false;
        var (shared, inside) = (0, inner.Part.Bounds);
        for (var y = inside.Top; y < inside.Bottom; y++)
            for (var x = inside.Left; x < inside.Right; x++)
                if (found.Labels[y * width + x] == outer.Label) shared++;
        return shared <= inside.Area / 20;
    }

    private static bool IsBar(Box part) => part.Width >= BarAspect * part.Height;

    /// <summary>
    /// Returns whether a horizontal bar is an underline of a digit. The bar must be below the digit; an overlap of 15 % of the digit's height is allowed. Its
    /// length must be at least 50 % of the digit's width. Its thickness must be at most 30 % of the digit's height, or 60 % if the bar is at least twice as
    /// long as the digit is wide.
    /// </summary>
    private static bool Underlines(Box bar, Box digit) => bar.Top >= digit.Bottom - 0.15 * digit.Height && bar.Width >= 0.5 * digit.Width
        && bar.Height <= (bar.Width >= LongBar * digit.Width ? 0.6 : 0.3) * digit.Height;

    /// <summary>
    /// Returns whether a horizontal bar is a line above a digit. The bar must be above the digit; an overlap of 15 % of the digit's height is allowed. Its
    /// thickness must be at most 30 % of the digit's height. Its length must be at least twice the digit's width, because a shorter bar can be a stroke of a 5.
    /// </summary>
    private static bool IsAbove(Box bar, Box digit) =>
        bar.Bottom <= digit.Top + 0.15 * digit.Height && bar.Height <= 0.3 * digit.Height && bar.Width >= LongBar * digit.Width;

    /// <summary>
    /// Returns whether a component can be a bracket of a digit. Its width must be at most 45 % of its own height, and its height must be at least 80 % of the
    /// digit's height.
    /// </summary>
    private static bool IsBracket(Box part, Box digit) => part.Width <= 0.45 * part.Height && part.Height >= 0.8 * digit.Height;

    private static bool AreAlike(Box one, Box other) =>
        Math.Abs(one.Height - other.Height) <= 0.25 * Math.Max(one.Height, other.Height) && Math.Abs(one.Width - other.Width) <= 0.4 * Math.Max(one.Width, other.Width) + 2;

    /// <summary>
    /// Returns whether two components beside a digit are brackets and not the digit 1. Two straight vertical lines of nearly the same height are brackets. Two
    /// other components are brackets if both are single strokes and start at nearly the same row. In addition, the left one must bulge to the left, and the
    /// right one to the right. A 1 bulges to the right because of its flag.
    /// </summary>
    private static bool AreNoOnes(ConnectedComponents found, int width, ConnectedComponent left, ConnectedComponent right)
    {
        if (IsRuled(left) && IsRuled(right) && Math.Abs(left.Bounds.Height - right.Bounds.Height) <= 0.06 * left.Bounds.Height + 1) return true;
        return Math.Abs(left.Bounds.Top - right.Bounds.Top) <= 0.1 * left.Bounds.Height + 1 && IsOneStroke(found, width, left) && IsOneStroke(found, width, right)
            && Bulge(found, width, left) < -LeastBulge && Bulge(found, width, right) > LeastBulge;

        static bool IsRuled(ConnectedComponent part) => part.Pixels >= RuledFill * part.Bounds.Area && part.Bounds.Height >= RuledAspect * part.Bounds.Width;
    }

    /// <summary>
    /// Returns whether at least 90 % of the rows of a component have exactly one run of ink, as in a bracket. The rows of a loop, as in a 6, have two runs.
    /// </summary>
    /// <param name="isTurned">Whether the rows of the upright image are the columns of the stored image (<see cref="ExifOrientation.SwapsSides"/>).</param>
    private static bool IsOneStroke(ConnectedComponents found, int width, ConnectedComponent part, bool isTurned = false)
    {
        var (box, single) = (part.Bounds, 0);
        var (rows, columns) = isTurned ? (box.Width, box.Height) : (box.Height, box.Width);
        for (var row = 0; row < rows; row++)
        {
            var (runs, before) = (0, false);
            for (var column = 0; column < columns; column++)
            {
                var (x, y) = isTurned ? (box.Left + row, box.Top + column) : (box.Left + column, box.Top + row);
                var isInk = found.Labels[y * width + x] == part.Label;
                if (isInk && !before) runs++;
                before = isInk;
            }
            if (runs == 1) single++;
        }
        return single >= 0.9 * rows;
    }

    /// <summary>
    /// Returns the horizontal distance of a component's middle from its ends, as a fraction of the component's height. Positive if the component bulges to the
    /// right, negative if to the left. The component must be upright.
    /// </summary>
    private static double Bulge(ConnectedComponents found, int width, ConnectedComponent part)
    {
        var box = part.Bounds;
        var (sums, counts) = (new double[5], new int[5]);
        for (var y = box.Top; y < box.Bottom; y++)
        {
            for (var (x, zone) = (box.Left, (y - box.Top) * 5 / box.Height); x < box.Right; x++)
                if (found.Labels[y * width + x] == part.Label) (sums[zone], counts[zone]) = (sums[zone] + x, counts[zone] + 1);
        }
        var means = sums.Select((sum, zone) => sum / Math.Max(1, counts[zone])).ToArray();
        return ((means[1] + means[2] + means[3]) / 3 - (means[0] + means[4]) / 2) / box.Height;
    }

    /// <summary>A connected component, and its bounding box in the upright image.</summary>
    private readonly record struct Upright(ConnectedComponent Part, Box Box)
    {
        public int Label => Part.Label;
    }
}
