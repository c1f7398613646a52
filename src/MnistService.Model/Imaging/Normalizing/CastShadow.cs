namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Ink on a sheet that lies half in the shadow of a hand. No smooth surface follows a shadow's edge; so the paper's level is taken near
/// each pixel instead: the median of a square around it. Along a straight edge the median changes where the light does, and strokes are
/// too few in the square to move it. (Those of a very thick marker are not, and why this is not the rule for every picture.)
/// </summary>
internal static class CastShadow
{
    /// <summary>Of the border's pixels, how many must look like ink before a shadow is suspected: a digit seldom lies along the border.</summary>
    private const double ShadowedBorder = 0.08;

    /// <summary>Of the strength of all that is not paper, how much must be strokes: less is what is left of a marker.</summary>
    private const double StrokesShare = 0.003;

    /// <summary>The square's side for one of the picture's long side.</summary>
    private const double SquareSide = 0.2;

    /// <summary>Smaller pictures are icons and no photos.</summary>
    private const int SmallestPhoto = 96;

    public static bool IsSuspected(Plane ink, double faintest)
    {
        if (Math.Max(ink.Width, ink.Height) < SmallestPhoto) return false;
        var (inked, border) = (0, 0);
        for (var y = 0; y < ink.Height; y++)
        {
            var step = y == 0 || y == ink.Height - 1 ? 1 : Math.Max(1, ink.Width - 1);
            for (var x = 0; x < ink.Width; x += step, border++)
                if (ink[x, y] > faintest) inked++;
        }
        return inked > ShadowedBorder * border;
    }

    /// <summary>Whether enough is left without the shadow to be a digit.</summary>
    public static bool LeavesStrokes(double strokes, double everything) => strokes > StrokesShare * everything;

    /// <summary>The paper near each pixel, 0–255, at half the channel's size.</summary>
    public static Plane PaperNear(Plane channel)
    {
        var half = Halve(channel);
        var result = new Plane(half.Width, half.Height);
        var reach = (int)(SquareSide / 2 * Math.Max(half.Width, half.Height)) + 1;
        Span<int> histogram = stackalloc int[256];
        for (var y = 0; y < half.Height; y++)
        {
            // Huang, Yang and Tang (1979): the square's histogram moves along the row, one column in and one out.
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

    /// <summary>The paper's levels along a row of the channel itself.</summary>
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
