using System.Runtime.InteropServices;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Traces thin lines that are nearly parallel to the rows of an image: ruled lines, the lines of squared paper, and the sides of frames. A line may be slanted
/// by up to 6° and interrupted by strokes.
/// </summary>
internal static class StraightLines
{
    /// <summary>Default maximum thickness of a line, as a fraction of the image's longer side.</summary>
    private const double PageThickness = 0.04;

    /// <summary>Minimum length of a line, as a fraction of the image's size in the direction of the line. Shorter lines are not returned.</summary>
    public const double LeastLength = 0.55;

    /// <summary>A line must be visible or covered by a stroke in at least this fraction of its columns. The remaining columns are gaps.</summary>
    private const double LeastCover = 0.7;

    /// <summary>
    /// Maximum number of lines that are traced at the same time. An image with more lines probably has a texture: squared paper usually has fewer than 100
    /// lines.
    /// </summary>
    private const int MostTracks = 256;

    /// <summary>Maximum slope of a line in rows per column: the tangent of 6°.</summary>
    private const float MostSlope = 0.105f;

    /// <param name="turned">Ink in gray levels, transposed: row x of this plane is column x of the image.</param>
    /// <param name="threshold">Ink in gray levels above which a pixel can belong to a line.</param>
    /// <param name="mostThickness">Maximum thickness of a line, as a fraction of the image's longer side. A thickness of two pixels is always allowed.</param>
    /// <returns>The lines along the rows of the image; empty if the image probably has a texture (more than 256 lines at the same time).</returns>
    public static List<StraightLine> Trace(Plane turned, double threshold, double mostThickness = PageThickness)
    {
        var (width, height) = (turned.Height, turned.Width);
        var most = Math.Max(2, (int)(mostThickness * Math.Max(width, height)));
        var (gap, limit) = (Math.Max(6, width / 8), RowScan.AtMost(threshold));
        var (open, lines) = (new List<Track>(), new List<StraightLine>());
        for (var x = 0; x < width; x++)
        {
            var column = turned.Row(x);
            foreach (var track in open) track.Predict(x);
            for (var start = RowScan.NextAbove(column, 0, limit); start < height;)
            {
                var y = RowScan.NextNotAbove(column, start, limit);
                if (open.Count > MostTracks) return []; // the image probably has a texture
                if (y - start <= most) Extend(open, x, start, y);
                else foreach (var track in open) track.Hide(x, start, y);
                start = RowScan.NextAbove(column, y, limit);
            }
            for (var i = open.Count - 1; i >= 0; i--)
            {
                if (x - open[i].LastSeen <= gap && x < width - 1 && !(open[i].Points.Count < 4 && x - open[i].LastSeen > 2)) continue;
                if (open[i].ToLine(turned) is { } line) lines.Add(line);
                open.RemoveAt(i);
            }
        }
        return lines;
    }

    /// <summary>
    /// Adds the run of ink in column <paramref name="x"/> from row <paramref name="start"/> up to row <paramref name="end"/> (exclusive) to the line that the
    /// run continues. If there is no such line, starts a new line.
    /// </summary>
    private static void Extend(List<Track> open, int x, int start, int end)
    {
        var y = (start + end - 1) / 2f;
        Track? nearest = null;
        foreach (var track in open)
        {
            if (track.IsThinnerThan(end - start)) track.Hide(x, start, end); // a stroke crosses the line here; the rows of the stroke would distort the line
            else if (track.LastX < x && Math.Abs(track.Predicted - y) <= 1.6f && (nearest is null || track.Points.Count > nearest.Points.Count)) nearest = track;
        }
        if (nearest is null) open.Add(nearest = new Track());
        nearest.Add(x, y, end - start);
    }

    private sealed class Track
    {
        public List<(int X, float Y, int Thickness)> Points { get; } = [];

        public int LastX => Points[^1].X;

        /// <summary>Last column in which the line was visible or covered by a stroke.</summary>
        public int LastSeen { get; private set; }

        /// <summary>Row in which the line is expected to continue, in the column that is currently processed.</summary>
        public float Predicted { get; private set; }

        private int _hidden, _sum;

        public void Add(int x, float y, int thickness)
        {
            Points.Add((x, y, thickness));
            _sum += thickness;
            (LastSeen, Predicted) = (x, y);
        }

        /// <summary>
        /// Returns whether a run of ink is much thicker than the line, so that the run includes a stroke. The limit is twice the line's mean thickness, plus
        /// one pixel. Always <c>false</c> for a line of fewer than four points.
        /// </summary>
        /// <param name="thickness">Number of pixels of the run.</param>
        public bool IsThinnerThan(int thickness) => Points.Count >= 4 && thickness > 2f * _sum / Points.Count + 1;

        /// <summary>
        /// Counts column <paramref name="x"/> as covered by a stroke if the run of ink from row <paramref name="start"/> up to row <paramref name="end"/>
        /// (exclusive) contains the expected row of the line.
        /// </summary>
        public void Hide(int x, int start, int end)
        {
            if (LastSeen == x || Points.Count < 4) return;
            if (Predicted < start - 1 || Predicted > end) return;
            LastSeen = x;
            _hidden++;
        }

        /// <summary>
        /// Extrapolates the line to column <paramref name="x"/> and sets <see cref="Predicted"/> to the resulting row. The slope is that of the last 60 points.
        /// </summary>
        public void Predict(int x)
        {
            var last = Points[^1];
            var first = Points[Math.Max(0, Points.Count - 60)];
            var slope = last.X - first.X < 12 ? 0 : Math.Clamp((last.Y - first.Y) / (last.X - first.X), -MostSlope, MostSlope);
            Predicted = last.Y + slope * (x - last.X);
        }

        public StraightLine? ToLine(Plane turned)
        {
            var (first, last) = (Points[0], Points[^1]);
            var length = last.X - first.X + 1;
            if (length < LeastLength * turned.Height || Points.Count + _hidden < LeastCover * length || Math.Abs(last.Y - first.Y) > MostSlope * length + 1) return null;
            var bend = 0f; // maximum vertical distance in pixels between a point and the chord of the line; on curved paper, lines are slightly bent
            foreach (var (x, y, _) in Points) bend = Math.Max(bend, Math.Abs(y - (first.Y + (last.Y - first.Y) * (x - first.X) / Math.Max(1, last.X - first.X))));
            if (bend > Math.Max(2, 0.015 * length)) return null;
            var thickness = Points.Select(point => point.Thickness).Order().ElementAt(Points.Count / 2);
            var strength = Points.Select(point => MathF.Max(turned[(int)point.Y, point.X], turned[(int)MathF.Ceiling(point.Y), point.X])).Order().ElementAt(Points.Count / 2);
            var rows = new float[length];
            var points = CollectionsMarshal.AsSpan(Points);
            for (var (x, next) = (first.X, 0); x <= last.X; x++)
            {
                while (points[next].X < x) next++;
                var (after, before) = (points[next], points[Math.Max(0, next - 1)]);
                rows[x - first.X] = after.X == before.X ? after.Y : before.Y + (after.Y - before.Y) * (x - before.X) / (after.X - before.X);
            }
            return new(first.X, rows, thickness, strength, Middle: first.Y + (last.Y - first.Y) / 2);
        }
    }
}

/// <summary>A traced line that is nearly parallel to the rows of an image.</summary>
/// <param name="Left">Index of the first column of the line.</param>
/// <param name="Rows">One value per column from <paramref name="Left"/> on: the row of the line's center.</param>
/// <param name="Thickness">Median thickness of the line in pixels.</param>
/// <param name="Strength">Median ink of the line in gray levels.</param>
/// <param name="Middle">Mean of the rows of the line's left end and right end.</param>
internal sealed record StraightLine(int Left, float[] Rows, int Thickness, float Strength, float Middle)
{
    /// <summary>Index of the column after the last column of the line.</summary>
    public int Right => Left + Rows.Length;
}
