using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Finds possible cuts through a mark that may be several touching digits. A cut is a straight line, or a path from the top to the bottom of the mark that
/// crosses as little ink as possible. Paths are found by dynamic programming and move at most one column to the side per row.
/// </summary>
internal static class StrokeCuts
{
    /// <summary>Cost of each move of a path to a neighboring column, as a multiple of the cost of crossing one pixel of ink.</summary>
    private const float SideStep = 0.15f;

    /// <summary>
    /// Cost of each stroke that a cut crosses after the first one, as a fraction of the typical digit height in the line of text. Crossing one pixel of ink
    /// costs 1 pixel. A cut between touching digits usually crosses one stroke; a cut through a loop crosses two.
    /// </summary>
    private const float NextStroke = 0.2f;

    /// <summary>
    /// Maximum number of ink pixels that a cut crosses, divided by the typical digit height (in pixels) in the line of text. Cuts that cross more ink are not
    /// used.
    /// </summary>
    private const double LongestCut = 0.6;

    /// <summary>
    /// Minimum distance of a cut from the left and right edges of the mark, measured in the middle row, as a fraction of the typical digit height in the line
    /// of text.
    /// </summary>
    private const double LeastDistance = 0.12;

    /// <summary>Slants of the straight cuts, in columns per row. A cut with a positive slant leans to the right.</summary>
    private static readonly double[] Slants = [-0.15, 0, 0.15, 0.3, 0.45];

    /// <summary>
    /// Maximum number of cuts per mark. For narrow marks, the limit is lower: three times the width of the mark, divided by the typical digit height.
    /// </summary>
    private const int MostCuts = 24;

    /// <summary>
    /// Two cuts may cross each other only slightly. In the rows where the left cut is to the right of the other cut, the ink between the cuts must be at most
    /// this fraction of the mark's ink pixels. The left cut is the one that is on the left in the middle row.
    /// </summary>
    private const double MostCrossing = 0.03;

    /// <summary>Minimum number of ink pixels between two cuts, and on each side of a cut, as a fraction of the mark's ink pixels.</summary>
    private const double LeastPiece = 0.06;

    /// <summary>Finds the cuts with the lowest cost through a mark.</summary>
    /// <param name="line">The line of text that contains the mark.</param>
    /// <param name="label">Label of the mark's pixels in <see cref="LineInk.Labels"/>.</param>
    /// <param name="box">Bounding box of the mark, in pixels of <see cref="LineInk.Ink"/>.</param>
    /// <returns>The cuts, ordered from left to right.</returns>
    public static List<StrokeCut> Find(LineInk line, int label, Box box)
    {
        var ink = new bool[box.Area];
        for (var y = 0; y < box.Height; y++)
            for (var x = 0; x < box.Width; x++) ink[y * box.Width + x] = line.Labels[(box.Top + y) * line.Ink.Width + box.Left + x] == label;
        var enter = NextStroke * line.Height;
        var (down, up) = (Costs(ink, box.Width, box.Height, enter, fromTop: true), Costs(ink, box.Width, box.Height, enter, fromTop: false));
        var middle = box.Height / 2 * box.Width;
        var through = new float[box.Width];
        for (var x = 0; x < through.Length; x++) through[x] = down[middle + x] + up[middle + x] - (ink[middle + x] ? 1 + enter : 0);
        var before = CountBefore(ink, box);
        var (distance, pixels) = ((int)Math.Max(2, LeastDistance * line.Height), ink.Count(isInk => isInk));
        var most = Math.Clamp((int)Math.Ceiling(3.0 * box.Width / line.Height), 1, MostCuts);
        IEnumerable<StrokeCut> paths = Minima(through).Select(column => Trace(ink, down, up, enter, box, column).Measure(ink, box.Width, enter));
        var cuts = new List<StrokeCut>();
        foreach (var cut in paths.Concat(Slants.SelectMany(slant => Straight(ink, box, slant).Select(cut => cut.Measure(ink, box.Width, enter)))).OrderBy(cut => cut.Cost))
        {
            if (cuts.Count == most) break;
            if (cut.Crossed > LongestCut * line.Height || cut.Middle < distance || cut.Middle >= box.Width - distance) continue;
            var left = Left(before, cut, box.Width);
            if (left >= LeastPiece * pixels && left <= (1 - LeastPiece) * pixels && cuts.TrueForAll(other => IsBeside(cut, other))) cuts.Add(cut);
        }
        return [.. cuts.OrderBy(cut => cut.Middle)];

        // Returns whether two cuts can both be used: there is enough ink between the cuts (LeastPiece), and the cuts hardly cross each other (MostCrossing).
        bool IsBeside(StrokeCut one, StrokeCut other)
        {
            if (one.Middle > other.Middle) (one, other) = (other, one);
            var (between, crossed) = (0, 0);
            for (var y = 0; y < one.Columns.Length; y++)
            {
                var row = y * (box.Width + 1);
                var pixelsBetween = before[row + other.Columns[y]] - before[row + one.Columns[y]];
                if (pixelsBetween > 0) between += pixelsBetween;
                else crossed -= pixelsBetween;
            }
            return between >= LeastPiece * pixels && crossed <= MostCrossing * pixels;
        }
    }

    /// <summary>
    /// Returns the straight cuts of one slant that cross fewer ink pixels than the parallel cuts beside them (local minima of the projection along the slant).
    /// </summary>
    /// <param name="slant">Slant of the cuts in columns per row. Cuts with a positive slant lean to the right.</param>
    private static IEnumerable<StrokeCut> Straight(bool[] ink, Box box, double slant)
    {
        var (shifts, crossed) = (new int[box.Height], new float[box.Width]);
        for (var y = 0; y < box.Height; y++)
        {
            shifts[y] = (int)Math.Round(slant * (box.Height / 2 - y));
            for (var x = Math.Max(0, -shifts[y]); x < Math.Min(box.Width, box.Width - shifts[y]); x++) crossed[x] += ink[y * box.Width + x + shifts[y]] ? 1 : 0;
        }
        return Minima(crossed).Select(column => new StrokeCut(Array.ConvertAll(shifts, shift => Math.Clamp(column + shift, 0, box.Width)), column));
    }

    /// <summary>
    /// Returns, per pixel, the lowest cost of a path to this pixel from the top row (or from the bottom row). The cost includes that of the pixel itself.
    /// </summary>
    /// <param name="enter">Cost of entering a stroke, as a multiple of the cost of crossing one pixel of ink.</param>
    /// <param name="fromTop">Whether the paths start in the top row. Otherwise, they start in the bottom row.</param>
    private static float[] Costs(bool[] ink, int width, int height, float enter, bool fromTop)
    {
        var costs = new float[ink.Length];
        for (var step = 0; step < height; step++)
        {
            var row = (fromTop ? step : height - 1 - step) * width;
            var before = row + (fromTop ? -width : width);
            for (var x = 0; x < width; x++)
            {
                var cost = step == 0 ? (ink[row + x] ? enter : 0) : From(before, x, x, 0);
                if (step > 0 && x > 0) cost = MathF.Min(cost, From(before, x - 1, x, SideStep));
                if (step > 0 && x < width - 1) cost = MathF.Min(cost, From(before, x + 1, x, SideStep));
                costs[row + x] = cost + (ink[row + x] ? 1 : 0);

                float From(int start, int from, int to, float side) => costs[start + from] + side + (ink[row + to] && !ink[start + from] ? enter : 0);
            }
        }
        return costs;
    }

    /// <summary>
    /// Returns the indexes of the local minima. If neighboring values that differ by at most 0.05 form a minimum, the index in the middle of these values is
    /// returned.
    /// </summary>
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

    /// <summary>Traces the path with the lowest cost among the paths that cross the middle row at the given column.</summary>
    /// <param name="down">Cost of the best path from the top row to each pixel: the result of <see cref="Costs"/>.</param>
    /// <param name="up">Cost of the best path from the bottom row to each pixel: the result of <see cref="Costs"/>.</param>
    private static StrokeCut Trace(bool[] ink, float[] down, float[] up, float enter, Box box, int column)
    {
        var columns = new int[box.Height];
        var middle = box.Height / 2;
        columns[middle] = column;
        for (var y = middle - 1; y >= 0; y--) columns[y] = Next(down, y, columns[y + 1], 1);
        for (var y = middle + 1; y < box.Height; y++) columns[y] = Next(up, y, columns[y - 1], -1);
        return new(columns, column);

        int Next(float[] costs, int y, int x, int toward)
        {
            var isInk = ink[(y + toward) * box.Width + x];
            var (best, least) = (x, float.MaxValue);
            for (var next = Math.Max(0, x - 1); next <= Math.Min(box.Width - 1, x + 1); next++)
            {
                var cost = costs[y * box.Width + next] + (next == x ? 0 : SideStep) + (isInk && !ink[y * box.Width + next] ? enter : 0);
                if (cost < least) (best, least) = (next, cost);
            }
            return best;
        }
    }

    /// <summary>Returns the number of ink pixels of the mark that are to the left of a cut.</summary>
    /// <param name="before">Result of <see cref="CountBefore"/> for the mark.</param>
    /// <param name="width">Width of the mark's bounding box in pixels.</param>
    private static int Left(int[] before, StrokeCut cut, int width)
    {
        var sum = 0;
        for (var y = 0; y < cut.Columns.Length; y++) sum += before[y * (width + 1) + cut.Columns[y]];
        return sum;
    }

    /// <summary>
    /// Counts ink pixels. Returns [height×(width+1)], row-major: for each row and column, the number of ink pixels in this row that are to the left of the
    /// column.
    /// </summary>
    private static int[] CountBefore(bool[] ink, Box box)
    {
        var before = new int[box.Height * (box.Width + 1)];
        for (var y = 0; y < box.Height; y++)
            for (var x = 0; x < box.Width; x++) before[y * (box.Width + 1) + x + 1] = before[y * (box.Width + 1) + x] + (ink[y * box.Width + x] ? 1 : 0);
        return before;
    }
}

/// <summary>A possible cut through a mark, from the top row to the bottom row of the mark's bounding box.</summary>
/// <param name="Columns">For each row of the mark's bounding box, the first column to the right of the cut, counted from the left edge of the box.</param>
/// <param name="Middle">Column of the cut in the middle row of the mark's bounding box, counted from the left edge of the box.</param>
internal sealed record StrokeCut(int[] Columns, int Middle)
{
    /// <summary>Number of ink pixels that the cut crosses. Set by <see cref="Measure"/>.</summary>
    public int Crossed { get; private init; }

    /// <summary>
    /// Cost of the cut in pixels: the number of crossed ink pixels, plus an amount for each crossed stroke after the first one. Set by <see cref="Measure"/>.
    /// </summary>
    public float Cost { get; private init; }

    /// <summary>Returns a copy of the cut with the number of ink pixels that it crosses (<see cref="Crossed"/>) and its <see cref="Cost"/>.</summary>
    /// <param name="ink">Per pixel of the mark's bounding box, row-major: whether the pixel is ink of the mark.</param>
    /// <param name="width">Width of the mark's bounding box in pixels.</param>
    /// <param name="enter">Cost of each stroke that the cut crosses after the first one, in pixels.</param>
    public StrokeCut Measure(bool[] ink, int width, float enter)
    {
        var (crossed, strokes, before) = (0, 0, false);
        for (var y = 0; y < Columns.Length; y++)
        {
            var isInk = Columns[y] < width && ink[y * width + Columns[y]];
            if (isInk) crossed++;
            if (isInk && !before) strokes++;
            before = isInk;
        }
        return this with { Crossed = crossed, Cost = crossed + enter * Math.Max(0, strokes - 1) };
    }
}
