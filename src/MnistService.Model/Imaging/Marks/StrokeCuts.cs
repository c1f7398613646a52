using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Candidate cuts through a mark that may be several touching digits. A cut is a path from the top to the bottom of the mark that crosses as little ink as
/// possible, found by dynamic programming. It may be slanted, by at most one pixel per row.
/// </summary>
internal static class StrokeCuts
{
    /// <summary>Cost of a step to the side, in pixels of ink.</summary>
    private const float SideStep = 0.15f;

    /// <summary>Maximum length of the ink that a cut crosses, as a fraction of the line's height.</summary>
    private const double LongestCut = 0.45;

    /// <summary>Minimum distance between cuts, and from a cut to the ends of the mark, as a fraction of the line's height.</summary>
    private const double LeastDistance = 0.16;

    /// <summary>Minimum pixels on each side of a cut, as a fraction of the mark's pixels.</summary>
    private const double LeastPiece = 0.06;

    /// <param name="line">The line.</param>
    /// <param name="label">Label of the mark.</param>
    /// <param name="box">Bounding box of the mark.</param>
    /// <returns>The cuts from left to right.</returns>
    public static List<StrokeCut> Find(LineInk line, int label, Box box)
    {
        var ink = new bool[box.Area];
        for (var y = 0; y < box.Height; y++)
            for (var x = 0; x < box.Width; x++) ink[y * box.Width + x] = line.Labels[(box.Top + y) * line.Ink.Width + box.Left + x] == label;
        var (down, up) = (Costs(ink, box.Width, box.Height, fromTop: true), Costs(ink, box.Width, box.Height, fromTop: false));
        var middle = box.Height / 2 * box.Width;
        var through = new float[box.Width];
        for (var x = 0; x < through.Length; x++) through[x] = down[middle + x] + up[middle + x] - (ink[middle + x] ? 1 : 0);
        var (distance, pixels) = ((int)Math.Max(2, LeastDistance * line.Height), ink.Count(isInk => isInk));
        var most = Math.Clamp((int)Math.Ceiling(2.5 * box.Width / line.Height), 1, 24);
        var cuts = new List<StrokeCut>();
        foreach (var column in Minima(through).OrderBy(x => through[x]))
        {
            if (cuts.Count == most || through[column] > LongestCut * line.Height) break;
            if (column < distance || column >= box.Width - distance) continue;
            var cut = Trace(ink, down, up, box, column);
            var left = Left(ink, cut, box.Width);
            if (left < LeastPiece * pixels || left > (1 - LeastPiece) * pixels) continue;
            if (cuts.TrueForAll(other => Math.Abs(other.Middle - cut.Middle) >= distance && Math.Abs(Left(ink, other, box.Width) - left) >= LeastPiece * pixels)) cuts.Add(cut);
        }
        return [.. cuts.OrderBy(cut => cut.Middle)];
    }

    /// <summary>Returns per pixel the least cost of a path from the top or bottom row to the pixel, this pixel included.</summary>
    private static float[] Costs(bool[] ink, int width, int height, bool fromTop)
    {
        var costs = new float[ink.Length];
        for (var step = 0; step < height; step++)
        {
            var row = (fromTop ? step : height - 1 - step) * width;
            var before = row + (fromTop ? -width : width);
            for (var x = 0; x < width; x++)
            {
                var least = step == 0 ? 0 : costs[before + x];
                if (step > 0 && x > 0) least = MathF.Min(least, costs[before + x - 1] + SideStep);
                if (step > 0 && x < width - 1) least = MathF.Min(least, costs[before + x + 1] + SideStep);
                costs[row + x] = least + (ink[row + x] ? 1 : 0);
            }
        }
        return costs;
    }

    /// <summary>Returns the columns of the local minima; of a flat minimum, the middle column.</summary>
    private static IEnumerable<int> Minima(float[] values)
    {
        const float Flat = 0.05f;
        for (var start = 0; start < values.Length;)
        {
            var end = start + 1;
            while (end < values.Length && MathF.Abs(values[end] - values[start]) <= Flat) end++;
            if ((start == 0 || values[start - 1] > values[start]) && (end == values.Length || values[end] > values[start])) yield return (start + end - 1) / 2;
            start = end;
        }
    }

    /// <summary>Follows the cheapest path through a column of the middle row.</summary>
    private static StrokeCut Trace(bool[] ink, float[] down, float[] up, Box box, int column)
    {
        var (columns, crossed) = (new int[box.Height], 0);
        var middle = box.Height / 2;
        columns[middle] = column;
        for (var y = middle - 1; y >= 0; y--) columns[y] = Next(down, y, columns[y + 1]);
        for (var y = middle + 1; y < box.Height; y++) columns[y] = Next(up, y, columns[y - 1]);
        for (var y = 0; y < box.Height; y++) crossed += ink[y * box.Width + columns[y]] ? 1 : 0;
        return new(columns, column, crossed);

        int Next(float[] costs, int y, int x)
        {
            var best = x;
            if (x > 0 && costs[y * box.Width + x - 1] + SideStep < costs[y * box.Width + best]) best = x - 1;
            if (x < box.Width - 1 && costs[y * box.Width + x + 1] + SideStep < costs[y * box.Width + best] + (best == x ? 0 : SideStep)) best = x + 1;
            return best;
        }
    }

    /// <summary>Returns the number of ink pixels to the left of a cut.</summary>
    private static int Left(bool[] ink, StrokeCut cut, int width)
    {
        var sum = 0;
        for (var y = 0; y < cut.Columns.Length; y++)
            for (var x = 0; x < cut.Columns[y]; x++) sum += ink[y * width + x] ? 1 : 0;
        return sum;
    }
}

/// <summary>A cut through a mark.</summary>
/// <param name="Columns">Per row of the mark's box, the first column to the right of the cut, from the left edge of the box.</param>
/// <param name="Middle">Column in the middle row.</param>
/// <param name="Crossed">Number of ink pixels on the cut.</param>
internal sealed record StrokeCut(int[] Columns, int Middle, int Crossed);
