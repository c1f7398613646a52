namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Erases ruled lines, the lines of squared paper and frames from a foreground map. Where a stroke crosses a line, the stroke is kept.</summary>
internal static class LineRemoval
{
    /// <summary>
    /// A line reaches an edge of the foreground map if the line ends at most this far from the edge, as a fraction of the map's size along the line. Two
    /// parallel lines that both reach both edges are ruled lines.
    /// </summary>
    private const double Reach = 0.03;

    /// <summary>
    /// A pixel on a line is kept as part of a stroke if its ink exceeds this multiple of the line's median ink (<see cref="StraightLine.Strength"/>).
    /// </summary>
    private const float StrokeStrength = 1.7f;

    /// <summary>
    /// A single horizontal line that reaches both edges of the image is erased only if the digit is small. The digit's width must be at most this fraction of
    /// the line's length, or the digit's height at most this fraction of the image's height. Otherwise, the line can be the bar of a 7 in an image that is
    /// cropped to the digit. For a vertical line, width and height are exchanged.
    /// </summary>
    private const double LoneLine = 0.6;

    /// <summary>
    /// Parallel lines are erased if each line is at least this many times as long as the longer side of the digit. The digit is the connected component with
    /// the most squared ink after all lines are removed.
    /// </summary>
    private const double LongLine = 2.5;

    /// <summary>Erases the lines that are not strokes of the digit.</summary>
    /// <param name="ink">Ink in gray levels.</param>
    /// <param name="threshold">Ink in gray levels above which a pixel belongs to a stroke.</param>
    /// <param name="faintest">Ink in gray levels above which a pixel is not paper.</param>
    /// <returns>
    /// A copy of the ink in which these lines are erased. Returns <paramref name="ink"/> itself if there are no such lines, or if only specks would remain.
    /// </returns>
    public static Plane Remove(Plane ink, double threshold, double faintest)
    {
        var extent = ink.BoundsAbove((float)Math.Max(faintest, threshold / 2));
        var (mayCross, mayFall) = (extent.Width >= StraightLines.LeastLength * ink.Width, extent.Height >= StraightLines.LeastLength * ink.Height);
        if (!mayCross && !mayFall) return ink; // the ink is too short for a line in either direction
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

    /// <summary>Erases all straight lines, even lines that may be strokes of the digit.</summary>
    /// <param name="ink">Ink in gray levels.</param>
    /// <param name="threshold">Ink in gray levels above which a pixel belongs to a stroke.</param>
    /// <param name="mostThickness">Maximum thickness of a line, as a fraction of the longer side of <paramref name="ink"/>.</param>
    /// <param name="across">Whether lines along the rows are erased.</param>
    /// <param name="down">Whether lines along the columns are erased.</param>
    /// <returns>A copy of the ink without lines; <c>null</c> if no lines are found.</returns>
    public static Plane? RemoveAll(Plane ink, double threshold, double mostThickness, bool across, bool down)
    {
        var rows = across ? StraightLines.Trace(ink.Transpose(), threshold, mostThickness) : [];
        var columns = down ? StraightLines.Trace(ink, threshold, mostThickness) : [];
        return rows.Count + columns.Count == 0 ? null : EraseBoth(ink, rows, columns, threshold);
    }

    /// <summary>
    /// Traces lines with a high and a low threshold. A blurred line is thin enough only at the high threshold, and a faint line is complete only at the low
    /// threshold. If both thresholds find the same line, the longer result is kept.
    /// </summary>
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
    /// Returns whether parallel lines are ruled lines and not strokes of a digit. The result is <c>true</c> in four cases: (1) there are three or more lines;
    /// (2) all lines are at least 2.5 times as long as the digit; (3) two lines reach both edges of the image; (4) a single line reaches both edges, and the
    /// digit is small (<see cref="LoneLine"/>).
    /// </summary>
    /// <param name="lines">The lines along one direction of the image, rows or columns.</param>
    /// <param name="width">Size of the foreground map along the lines, in pixels.</param>
    /// <param name="height">Size of the foreground map across the lines, in pixels.</param>
    /// <param name="rest">
    /// Bounding box of the digit: the component with the most squared ink after all lines are removed. Its width is measured along the lines.
    /// </param>
    private static bool IsRuling(List<StraightLine> lines, int width, int height, Box rest)
    {
        if (lines.Count >= 3 || (lines.Count > 0 && lines.TrueForAll(line => line.Rows.Length >= LongLine * rest.LongSide))) return true;
        var margin = (int)(Reach * width) + 1;
        if (!lines.TrueForAll(line => line.Left <= margin && line.Right >= width - margin)) return false;
        return lines.Count == 2 || (lines.Count == 1 && (rest.Width <= LoneLine * lines[0].Rows.Length || rest.Height <= LoneLine * height));
    }

    /// <returns>
    /// Bounding box of the connected component with the largest sum of squared ink. <c>null</c> if there is no component, or if this component is a speck: its
    /// longer side is below 5 pixels or below 2.5 % of the shorter side of <paramref name="ink"/>.
    /// </returns>
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
            var reach = line.Thickness / 2 + 2; // half of the line's thickness, and 2 pixels for the soft edge
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

    /// <summary>Returns whether a row has a pixel above the threshold within <paramref name="reach"/> columns of <paramref name="column"/>.</summary>
    private static bool IsInked(Plane ink, int column, int row, int reach, double threshold)
    {
        if (row < 0 || row >= ink.Height) return false;
        foreach (var value in ink.Row(row)[Math.Max(0, column - reach)..Math.Min(ink.Width, column + reach + 1)])
            if (value > threshold) return true;
        return false;
    }
}
