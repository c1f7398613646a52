namespace MnistService.Model.Imaging.Marks;

/// <summary>Lines of text: groups marks that are beside each other.</summary>
internal static class MarkLines
{
    /// <summary>Minimum overlap of two marks of a line, as a fraction of the lower one's height.</summary>
    private const double LeastOverlap = 0.5;

    /// <summary>Maximum gap of two marks that are compared, as a multiple of the higher one's height. On a slanted line, distant marks do not overlap.</summary>
    private const double MostGap = 8;

    /// <summary>Only marks with at least this fraction of the tallest mark's height form lines. Smaller ones may overlap two lines.</summary>
    private const double LeastHeight = 0.5;

    /// <param name="marks">At least one mark.</param>
    /// <returns>The lines from top to bottom; the marks of a line from left to right.</returns>
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
        if (far.Count > 0) lines.AddRange(Order(far)); // smaller digits, far from the larger ones
        foreach (var line in lines) line.Sort((one, other) => (one.MiddleX, one.MiddleY).CompareTo((other.MiddleX, other.MiddleY)));
        lines.Sort((one, other) => one.Average(mark => mark.MiddleY).CompareTo(other.Average(mark => mark.MiddleY)));
        return lines;
    }

    /// <summary>Returns the typical height of a line's digits in pixels: the median of the larger marks.</summary>
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

    /// <summary>Returns the distance of two marks; vertical distance counts twice, because the line is the horizontal direction.</summary>
    private static double Distance(PageMark one, PageMark other)
    {
        var (a, b) = (one.Bounds, other.Bounds);
        var across = Math.Max(0, Math.Max(a.Left, b.Left) - Math.Min(a.Right, b.Right));
        var down = Math.Max(0, Math.Max(a.Top, b.Top) - Math.Min(a.Bottom, b.Bottom));
        return across + 2.0 * down;
    }
}
