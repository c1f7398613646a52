namespace MnistService.Model.Imaging.Marks;

/// <summary>Groups marks that are beside each other into lines of text.</summary>
internal static class MarkLines
{
    /// <summary>
    /// Two marks count as neighbors in a line of text only if they overlap vertically by at least this fraction of the shorter mark's height.
    /// </summary>
    private const double LeastOverlap = 0.5;

    /// <summary>
    /// Two marks count as neighbors in a line of text only if their horizontal gap is at most this multiple of the taller mark's height. If lines of text are
    /// slanted, more distant marks in the same rows can belong to different lines.
    /// </summary>
    private const double MostGap = 8;

    /// <summary>
    /// Lines of text are first formed from the marks whose height is at least this fraction of the tallest mark's height. A smaller mark can overlap two lines,
    /// so it is added to the nearest line afterwards. Smaller marks that are far from every line form lines of their own.
    /// </summary>
    private const double LeastHeight = 0.5;

    /// <summary>Groups marks into lines of text.</summary>
    /// <param name="marks">The marks to group; at least one.</param>
    /// <returns>The lines of text from top to bottom. The marks of each line are ordered from left to right.</returns>
    public static List<List<PageMark>> Order(List<PageMark> marks)
    {
        var tallest = marks.Max(mark => mark.Bounds.Height);
        var lines = new List<List<PageMark>>();
        foreach (var mark in marks.Where(mark => mark.Bounds.Height >= LeastHeight * tallest).OrderBy(mark => mark.Bounds.Left))
        {
            var joined = lines.FindAll(line => line.Exists(other => AreBeside(mark, other)));
            lines.RemoveAll(joined.Contains);
            lines.Add([mark, .. joined.SelectMany(line => line)]);
        }
        var far = new List<PageMark>();
        foreach (var mark in marks.Where(mark => mark.Bounds.Height < LeastHeight * tallest))
        {
            var (nearest, distance) = lines.Select(line => (Line: line, Distance: line.Min(other => Distance(mark, other)))).MinBy(pair => pair.Distance);
            (distance <= Height(nearest) ? nearest : far).Add(mark);
        }
        if (far.Count > 0) lines.AddRange(Order(far)); // lines of small digits that are far from all lines of larger digits
        foreach (var line in lines) line.Sort((one, other) => (one.MiddleX, one.MiddleY).CompareTo((other.MiddleX, other.MiddleY)));
        lines.Sort((one, other) => one.Average(mark => mark.MiddleY).CompareTo(other.Average(mark => mark.MiddleY)));
        return lines;
    }

    /// <summary>
    /// Returns the typical height in pixels of the digits in a line of text: the median height of the line's marks. Marks that are less than half as high as
    /// the tallest mark of the line are ignored.
    /// </summary>
    public static int Height(List<PageMark> line)
    {
        var tallest = line.Max(mark => mark.Bounds.Height);
        List<int> heights = [.. line.Select(mark => mark.Bounds.Height).Where(height => height >= LeastHeight * tallest).Order()];
        return heights[heights.Count / 2];
    }

    private static bool AreBeside(PageMark one, PageMark other)
    {
        var (a, b) = (one.Bounds, other.Bounds);
        var overlap = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        var gap = Math.Max(a.Left, b.Left) - Math.Min(a.Right, b.Right);
        return overlap >= LeastOverlap * Math.Min(a.Height, b.Height) && gap <= MostGap * Math.Max(a.Height, b.Height);
    }

    /// <summary>
    /// Returns the distance between two marks in pixels: the horizontal gap plus twice the vertical gap. A vertical gap counts twice, because the marks of a
    /// line of text are beside each other.
    /// </summary>
    private static double Distance(PageMark one, PageMark other)
    {
        var (a, b) = (one.Bounds, other.Bounds);
        var across = Math.Max(0, Math.Max(a.Left, b.Left) - Math.Min(a.Right, b.Right));
        var down = Math.Max(0, Math.Max(a.Top, b.Top) - Math.Min(a.Bottom, b.Bottom));
        return across + 2.0 * down;
    }
}
