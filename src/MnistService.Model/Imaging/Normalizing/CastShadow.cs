namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Background model for paper with a hard shadow, for example of a hand. The smooth surface of <see cref="BackgroundModel"/> cannot follow the step in
/// brightness at the edge of the shadow. Here, the brightness of the paper at a pixel is the median brightness in a square around the pixel. The median follows
/// a straight shadow edge and ignores thin strokes. The strokes of a very thick marker change the median, so this model is not the default.
/// </summary>
internal static class CastShadow
{
    /// <summary>
    /// A hard shadow is suspected if long runs of adjacent ink pixels (<see cref="ShortestRun"/>) cover more than this fraction of the image's border pixels. A
    /// digit seldom covers the border.
    /// </summary>
    private const double ShadowedBorder = 0.08;

    /// <summary>
    /// Minimum length of a run of adjacent ink pixels on the image's border that can be a shadow, as a fraction of the image's longer side. Shorter runs are
    /// probably strokes or ruled lines.
    /// </summary>
    private const double ShortestRun = 0.04;

    /// <summary>
    /// Minimum fraction of the sum of squared ink that must remain when a local median replaces the default background model. If less ink remains, the median
    /// has probably removed the strokes of a thick marker, and the default model is kept.
    /// </summary>
    private const double StrokesShare = 0.003;

    /// <summary>
    /// Side of the square around a pixel whose median brightness is the brightness of the paper at this pixel, as a fraction of the image's longer side.
    /// </summary>
    private const double SquareSide = 0.2;

    /// <summary>
    /// Hard shadows are searched for only if the image's longer side has at least this number of pixels. A smaller image is probably an icon and not a photo.
    /// </summary>
    private const int SmallestPhoto = 96;

    /// <summary>
    /// Returns whether a hard shadow is likely, because long runs of ink cover many of the border pixels. Short runs are ignored: a ruled line covers only a
    /// few adjacent border pixels.
    /// </summary>
    /// <param name="ink">Foreground map that was computed with the default background model (<see cref="BackgroundModel"/>), in gray levels.</param>
    /// <param name="faintest">Threshold above which a pixel counts as ink, in gray levels.</param>
    public static bool IsSuspected(Plane ink, double faintest)
    {
        if (Math.Max(ink.Width, ink.Height) < SmallestPhoto) return false;
        var shortest = Math.Max(ink.Width, ink.Height) * ShortestRun;
        var (inked, border, run) = (0, 0, 0);
        for (var x = 0; x < ink.Width; x++) Count(x, 0);
        for (var y = 1; y < ink.Height - 1; y++) Count(ink.Width - 1, y);
        for (var x = ink.Width - 1; x >= 0 && ink.Height > 1; x--) Count(x, ink.Height - 1);
        for (var y = ink.Height - 2; y > 0 && ink.Width > 1; y--) Count(0, y);
        return inked + (run >= shortest ? run : 0) > ShadowedBorder * border;

        void Count(int x, int y)
        {
            border++;
            if (ink[x, y] > faintest)
            {
                run++;
                return;
            }
            if (run >= shortest) inked += run;
            run = 0;
        }
    }

    /// <summary>Returns whether the ink that remains after the removal of the shadow is enough for a digit.</summary>
    /// <param name="strokes">Sum of squared ink with the local median as background.</param>
    /// <param name="everything">Sum of squared ink with the default background model, which counts the shadow as ink.</param>
    public static bool LeavesStrokes(double strokes, double everything) => strokes > StrokesShare * everything;

    /// <summary>
    /// Returns the local brightness of the paper at half the resolution of the channel. The value of a pixel, 0–255, is the median brightness in a square
    /// around the pixel (see <see cref="SquareSide"/>).
    /// </summary>
    public static Plane PaperNear(Plane channel)
    {
        var half = Halve(channel);
        var result = new Plane(half.Width, half.Height);
        var reach = (int)(SquareSide / 2 * Math.Max(half.Width, half.Height)) + 1;
        Span<int> histogram = stackalloc int[256];
        for (var y = 0; y < half.Height; y++)
        {
            // Sliding-window median (Huang, Yang and Tang, 1979): per step, one column of pixels is added to the histogram and one column is removed.
            var rows = (Top: Math.Max(0, y - reach), Bottom: Math.Min(half.Height, y + reach + 1));
            histogram.Clear();
            for (var x = 0; x < Math.Min(reach, half.Width); x++) Count(half, histogram, x, rows, 1);
            for (var x = 0; x < half.Width; x++)
            {
                if (x + reach < half.Width) Count(half, histogram, x + reach, rows, 1);
                if (x - reach - 1 >= 0) Count(half, histogram, x - reach - 1, rows, -1);
                var pixels = (rows.Bottom - rows.Top) * (Math.Min(half.Width, x + reach + 1) - Math.Max(0, x - reach));
                result[x, y] = Middle(histogram, pixels);
            }
        }
        return result;
    }

    /// <summary>Writes the local brightness of the paper for each pixel of row <paramref name="y"/>, at the full resolution of the channel.</summary>
    /// <param name="near">Local brightness of the paper at half the resolution: the result of <see cref="PaperNear"/> for the channel.</param>
    public static void Row(Plane near, int y, Span<float> row)
    {
        var half = near.Row(y / 2);
        for (var x = 0; x < row.Length; x++) row[x] = half[x / 2];
    }

    private static void Count(Plane plane, Span<int> histogram, int x, (int Top, int Bottom) rows, int change)
    {
        for (var y = rows.Top; y < rows.Bottom; y++) histogram[(byte)plane[x, y]] += change;
    }

    private static int Middle(ReadOnlySpan<int> histogram, int count)
    {
        var level = 0;
        for (var left = count / 2; (left -= histogram[level]) >= 0;) level++;
        return level;
    }

    private static Plane Halve(Plane plane)
    {
        var result = new Plane((plane.Width + 1) / 2, (plane.Height + 1) / 2);
        for (var y = 0; y < result.Height; y++)
        {
            var (above, below) = (2 * y, Math.Min(2 * y + 1, plane.Height - 1));
            for (var x = 0; x < result.Width; x++)
            {
                var (left, right) = (2 * x, Math.Min(2 * x + 1, plane.Width - 1));
                result[x, y] = (plane[left, above] + plane[right, above] + plane[left, below] + plane[right, below]) / 4;
            }
        }
        return result;
    }
}
