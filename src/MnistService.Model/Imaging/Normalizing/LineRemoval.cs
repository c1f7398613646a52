namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Erases ruled lines, the lines of squared paper and frames from a foreground map. Where a stroke crosses a line, the stroke is kept.</summary>
internal static class LineRemoval
{
    /// <summary>A line that ends at most this fraction of the width before the edge of the plane reaches the edge.</summary>
    private const double Reach = 0.03;

    /// <summary>A pixel on a line belongs to a stroke if its ink exceeds this multiple of the line's ink.</summary>
    private const float StrokeStrength = 1.7f;

    /// <summary>
    /// A single line is erased only if the other ink is at most this fraction of its length wide, or this fraction of the image high. In an image that is cut to
    /// the ink, the bar of a 7 is about as long as the digit is wide, and the digit fills the height.
    /// </summary>
    private const double LoneLine = 0.6;

    /// <summary>A line that is this many times as long as the digit is not a part of the digit.</summary>
    private const double LongLine = 2.5;

    /// <param name="ink">Ink in gray levels.</param>
    /// <param name="threshold">Pixels with more ink than this belong to a stroke.</param>
    /// <param name="faintest">Pixels with more ink than this are not paper.</param>
    /// <returns>The ink without lines; <paramref name="ink"/> itself if it has no lines, or if almost nothing else would remain.</returns>
    public static Plane Remove(Plane ink, double threshold, double faintest)
    {
        var extent = ink.BoundsAbove((float)Math.Max(faintest, threshold / 2));
        var (mayCross, mayFall) = (extent.Width >= StraightLines.LeastLength * ink.Width, extent.Height >= StraightLines.LeastLength * ink.Height);
        if (!mayCross && !mayFall) return ink; // the ink is too small for a line
        var across = mayCross ? Trace(ink.Transpose(), threshold, faintest) : [];
        var down = mayFall ? Trace(ink, threshold, faintest) : [];
        if (across.Count + down.Count == 0) return ink;
        var result = EraseBoth(ink, across, down, threshold);
        if (MainMark(result, threshold) is not { } rest) return ink;
        var isFrame = across.Count >= 2 && down.Count >= 2;
        var acrossIsRuling = isFrame || IsRuling(across, ink.Width, ink.Height, rest);
        var downIsRuling = isFrame || IsRuling(down, ink.Height, ink.Width, new Box(rest.Top, rest.Left, rest.Bottom, rest.Right));
        if (!acrossIsRuling && !downIsRuling) return ink;
        if ((acrossIsRuling || across.Count == 0) && (downIsRuling || down.Count == 0)) return result;
        result = EraseBoth(ink, acrossIsRuling ? across : [], downIsRuling ? down : [], threshold);
        return MainMark(result, threshold) is null ? ink : result;
    }

    /// <summary>Erases all lines, also those that may be strokes.</summary>
    /// <param name="ink">Ink in gray levels.</param>
    /// <param name="threshold">Pixels with more ink than this belong to a stroke.</param>
    /// <param name="mostThickness">Maximum thickness of a line, as a fraction of the longer side.</param>
    /// <param name="across">Whether lines along the rows are erased.</param>
    /// <param name="down">Whether lines along the columns are erased.</param>
    /// <returns>The ink without lines; <c>null</c> if there are none.</returns>
    public static Plane? RemoveAll(Plane ink, double threshold, double mostThickness, bool across, bool down)
    {
        var rows = across ? StraightLines.Trace(ink.Transpose(), threshold, mostThickness) : [];
        var columns = down ? StraightLines.Trace(ink, threshold, mostThickness) : [];
        return rows.Count + columns.Count == 0 ? null : EraseBoth(ink, rows, columns, threshold);
    }

    /// <summary>Traces lines with two thresholds: blurred lines are thin only in their strong part, and faint lines are complete only with their faint pixels.</summary>
    private static List<StraightLine> Trace(Plane turned, double threshold, double faintest)
    {
        var lines = StraightLines.Trace(turned, threshold);
        foreach (var line in StraightLines.Trace(turned, Math.Max(faintest, threshold / 2)))
        {
            var same = lines.FindIndex(other => Math.Abs(other.Middle - line.Middle) <= 2 + other.Thickness);
            if (same < 0) lines.Add(line);
            else if (line.Rows.Length > lines[same].Rows.Length) lines[same] = line;
        }
        return lines;
    }

    private static Plane EraseBoth(Plane ink, List<StraightLine> across, List<StraightLine> down, double threshold)
    {
        if (across.Count > 0) ink = Erase(ink, across, threshold);
        return down.Count > 0 ? Erase(ink.Transpose(), down, threshold).Transpose() : ink;
    }

    /// <summary>
    /// Returns whether the lines are not strokes of a digit: there are three or more, all are much longer than the digit, two reach both edges, or one does and the
    /// digit is much narrower or lower.
    /// </summary>
    /// <param name="lines">Lines that run along the width.</param>
    /// <param name="width">Width of the plane in pixels.</param>
    /// <param name="height">Height of the plane in pixels.</param>
    /// <param name="rest">Bounding box of the main mark without the lines.</param>
    private static bool IsRuling(List<StraightLine> lines, int width, int height, Box rest)
    {
        if (lines.Count >= 3 || (lines.Count > 0 && lines.TrueForAll(line => line.Rows.Length >= LongLine * rest.LongSide))) return true;
        var margin = (int)(Reach * width) + 1;
        if (!lines.TrueForAll(line => line.Left <= margin && line.Right >= width - margin)) return false;
        return lines.Count == 2 || (lines.Count == 1 && (rest.Width <= LoneLine * lines[0].Rows.Length || rest.Height <= LoneLine * height));
    }

    /// <returns>Bounding box of the largest mark; <c>null</c> if there are only specks.</returns>
    private static Box? MainMark(Plane ink, double threshold)
    {
        var parts = ConnectedComponents.Find(ink, threshold).Parts;
        if (parts.Count == 0) return null;
        var main = parts.MaxBy(part => part.Squares).Bounds;
        return main.LongSide >= Math.Max(5, 0.025 * Math.Min(ink.Width, ink.Height)) ? main : null;
    }

    private static Plane Erase(Plane ink, List<StraightLine> lines, double threshold)
    {
        var result = ink.Crop(new Box(0, 0, ink.Width, ink.Height));
        foreach (var line in lines)
        {
            var reach = line.Thickness / 2 + 2; // half of the line and its soft edge
            for (var x = line.Left; x < line.Right; x++)
            {
                var row = (int)MathF.Round(line.Rows[x - line.Left]);
                var (top, bottom) = (Math.Max(0, row - reach), Math.Min(ink.Height - 1, row + reach));
                if (IsInked(ink, x, top - 1, reach, threshold) && IsInked(ink, x, bottom + 1, reach, threshold)) continue; // a stroke crosses the line
                for (var y = top; y <= bottom; y++)
                    if (ink[x, y] <= StrokeStrength * line.Strength) result[x, y] = 0;
            }
        }
        return result;
    }

    /// <summary>Returns whether a row has ink at most <paramref name="reach"/> columns from a column.</summary>
    private static bool IsInked(Plane ink, int column, int row, int reach, double threshold)
    {
        if (row < 0 || row >= ink.Height) return false;
        foreach (var value in ink.Row(row)[Math.Max(0, column - reach)..Math.Min(ink.Width, column + reach + 1)])
            if (value > threshold) return true;
        return false;
    }
}
