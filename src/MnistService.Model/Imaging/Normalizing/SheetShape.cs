namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// A candidate for the <see cref="Sheet"/>: a flat region, and the marks on the region. A mark, for example a digit, is a group of connected pixels that are
/// inside the outline of the region but do not belong to the region.
/// </summary>
/// <param name="Label">Index of the region in <see cref="FlatRegions.Parts"/>.</param>
/// <param name="Bounds">Bounding box of the region, in pixels of the image.</param>
/// <param name="Outside">One value per pixel of the bounding box, row-major: whether the pixel is neither in the region nor in a mark.</param>
/// <param name="Filled">Number of pixels of the region and its marks.</param>
/// <param name="Paper">Number of pixels of the region without its marks.</param>
/// <param name="LargestMark">Bounding box of the mark with the longest side, in pixels of the image; a box without pixels if the region has no marks.</param>
/// <param name="MarkPixels">Number of pixels of the mark with the longest side; 0 if the region has no marks.</param>
/// <param name="IsOnSamePaper">Whether paper of the same color surrounds the region (<see cref="IsSurroundedBySameColor"/>).</param>
internal sealed record SheetShape(int Label, Box Bounds, bool[] Outside, int Filled, int Paper, Box LargestMark, int MarkPixels, bool IsOnSamePaper)
{
    /// <summary>A region counts as a rectangle if the region covers at least this fraction of the border pixels of its bounding box.</summary>
    private const double RectangleBorder = 0.6;

    /// <summary>
    /// The colors around a region are compared on the border of the region's bounding box, enlarged by this number of pixels on each side
    /// (<see cref="IsSurroundedBySameColor"/>).
    /// </summary>
    private const int Around = 6;

    /// <summary>
    /// Maximum width in pixels of the edge between two regions. Edge pixels belong to no region. Up to this distance from an excluded region, edge pixels are
    /// excluded too.
    /// </summary>
    private const int EdgeWidth = 3;

    private const int Unknown = 0, Region = 1, Beyond = 2;

    public bool IsInside(int x, int y) => !Outside[y * Bounds.Width + x];

    /// <summary>
    /// Returns whether the region or its marks cover at least three corners of the bounding box, each moved inward by about 4 % of the width and height. The
    /// round inside of a 0 covers none of these corners.
    /// </summary>
    public bool HasCorners()
    {
        var (insetX, insetY) = (1 + Bounds.Width / 25, 1 + Bounds.Height / 25);
        var (right, bottom) = (Math.Max(insetX, Bounds.Width - 1 - insetX), Math.Max(insetY, Bounds.Height - 1 - insetY));
        if (right >= Bounds.Width || bottom >= Bounds.Height) return false;
        (int X, int Y)[] corners = [(insetX, insetY), (right, insetY), (insetX, bottom), (right, bottom)];
        return corners.Count(corner => IsInside(corner.X, corner.Y)) >= 3;
    }

    public static SheetShape Of(PageColors image, FlatRegions regions, FlatRegion region)
    {
        var box = region.Bounds;
        var kinds = new int[box.Area];
        for (var y = 0; y < box.Height; y++)
        {
            var row = regions.Labels.AsSpan((box.Top + y) * regions.Width + box.Left, box.Width);
            for (var x = 0; x < box.Width; x++)
                if (row[x] == region.Label) kinds[y * box.Width + x] = Region;
        }
        // A mark at the edge of the bounding box is included if the region is a separate rectangle (isCut), for example a canvas. Otherwise, the mark is
        // excluded, because it may continue outside the region. An example is a region inside a line that is drawn on the same paper.
        var isOnSamePaper = IsSurroundedBySameColor(image, regions, region);
        var isCut = IsRectangle(kinds, box) && !isOnSamePaper && !IsCrossed(image, regions, region);
        var beyond = isCut ? MarkOtherRegions(kinds, regions, box) : 0;
        var (marks, largest, pixels) = (MarksOf(kinds, box), default(Box), 0);
        foreach (var (mark, size, runs) in marks)
        {
            if (!isCut && (mark.Left == 0 || mark.Top == 0 || mark.Right == box.Width || mark.Bottom == box.Height))
            {
                beyond += size;
                foreach (var (start, end) in runs) kinds.AsSpan(start, end - start).Fill(Beyond);
            }
            else if (mark.LongSide > largest.LongSide)
            {
                (largest, pixels) = (mark, size);
            }
        }
        return new(region.Label, box, Array.ConvertAll(kinds, kind => kind == Beyond), kinds.Length - beyond, region.Pixels, largest.Move(box.Left, box.Top), pixels, isOnSamePaper);
    }

    /// <summary>
    /// Returns the marks: the connected components of the pixels of kind <see cref="Unknown"/>, which are neither in the region nor excluded. Marks have
    /// 8-connectivity, because regions have 4-connectivity.
    /// </summary>
    private static List<(Box Bounds, int Pixels, List<(int Start, int End)> Runs)> MarksOf(int[] kinds, Box box)
    {
        var runs = new PixelRuns(box.Width, reach: 1);
        for (var y = 0; y < box.Height; y++)
        {
            var row = kinds.AsSpan(y * box.Width, box.Width);
            for (var x = 0; x < row.Length;)
            {
                var start = row[x..].IndexOf(Unknown);
                if (start < 0) break;
                var length = row[(x + start)..].IndexOfAnyExcept(Unknown);
                if (length < 0) length = row.Length - x - start;
                runs.Add(y, x + start, x + start + length);
                x += start + length;
            }
        }
        var (labels, count) = runs.Label();
        var marks = Enumerable.Range(0, count).Select(_ => (Bounds: Box.Empty, Pixels: 0, Runs: new List<(int Start, int End)>())).ToList();
        foreach (var (run, label) in labels.Index())
        {
            var (start, end) = runs.All[run];
            var (y, x) = Math.DivRem(start, box.Width);
            var mark = marks[label];
            mark.Runs.Add((start, end));
            marks[label] = (mark.Bounds.Include(new(x, y, x + end - start, y + 1)), mark.Pixels + end - start, mark.Runs);
        }
        return marks;
    }

    private static bool IsRectangle(int[] kinds, Box box)
    {
        var (own, border) = (0, 0);
        for (var y = 0; y < box.Height; y++)
        {
            var step = y == 0 || y == box.Height - 1 ? 1 : Math.Max(1, box.Width - 1);
            for (var x = 0; x < box.Width; x += step, border++)
                if (kinds[y * box.Width + x] == Region) own++;
        }
        return own >= RectangleBorder * border;
    }

    /// <summary>
    /// Returns whether at least a quarter of the pixels on a ring around the region belong to other regions of the same color. The ring is the border of the
    /// bounding box after the box was enlarged by 6 pixels on each side and clipped to the image.
    /// </summary>
    private static bool IsSurroundedBySameColor(PageColors image, FlatRegions regions, FlatRegion region)
    {
        var ring = region.Bounds.Grow(Around, image.Width, image.Height);
        var labels = new Dictionary<int, int>();
        var all = 0;
        for (var y = ring.Top; y < ring.Bottom; y++)
        {
            var isEnd = y == ring.Top || y == ring.Bottom - 1;
            for (var x = ring.Left; x < ring.Right; x += isEnd ? 1 : Math.Max(1, ring.Width - 1), all++)
            {
                var isOutside = x < region.Bounds.Left || x >= region.Bounds.Right || y < region.Bounds.Top || y >= region.Bounds.Bottom;
                var label = regions.Labels[y * regions.Width + x];
                if (isOutside && label >= 0) labels[label] = labels.GetValueOrDefault(label) + 1;
            }
        }
        return labels.Where(pair => pair.Key != region.Label && regions.HaveSameColor(region.Label, pair.Key)).Sum(pair => pair.Value) * 4 >= all;
    }

    /// <summary>
    /// Returns whether strokes cross the border of the region, as a stroke crosses the edge of a shadow. Compares pairs of pixels: one is 4 pixels inside the
    /// bounding box, the other 4 pixels outside. A stroke crosses the border if both pixels of at least two pairs are on an edge or in a region that is smaller
    /// than 2 % of the image.
    /// </summary>
    private static bool IsCrossed(PageColors image, FlatRegions regions, FlatRegion region)
    {
        const int Distance = 4, Enough = 2;
        if (Math.Min(region.Bounds.Width, region.Bounds.Height) <= 2 * Distance) return false;
        var (inner, outer) = (region.Bounds.Grow(-Distance, image.Width, image.Height), region.Bounds.Grow(Distance, image.Width, image.Height));
        var crossings = 0;
        for (var x = region.Bounds.Left; x < region.Bounds.Right; x++)
        {
            if (outer.Top < region.Bounds.Top && IsMark(x, inner.Top) && IsMark(x, outer.Top)) crossings++;
            if (outer.Bottom > region.Bounds.Bottom && IsMark(x, inner.Bottom - 1) && IsMark(x, outer.Bottom - 1)) crossings++;
        }
        for (var y = region.Bounds.Top; y < region.Bounds.Bottom; y++)
        {
            if (outer.Left < region.Bounds.Left && IsMark(inner.Left, y) && IsMark(outer.Left, y)) crossings++;
            if (outer.Right > region.Bounds.Right && IsMark(inner.Right - 1, y) && IsMark(outer.Right - 1, y)) crossings++;
        }
        return crossings >= Enough;

        bool IsMark(int x, int y)
        {
            var label = regions.Labels[y * regions.Width + x];
            return label < 0 || regions.Parts[label].Pixels < regions.Labels.Length / 50;
        }
    }

    /// <summary>
    /// Excludes other regions that extend beyond <paramref name="box"/>: sets the kind of their pixels to <see cref="Beyond"/>. Edge pixels (label -1) are also
    /// excluded if they are connected to an excluded region and at most <see cref="EdgeWidth"/> pixels away from it.
    /// </summary>
    /// <returns>Number of excluded pixels.</returns>
    private static int MarkOtherRegions(int[] kinds, FlatRegions regions, Box box)
    {
        var marked = new List<int>();
        for (var i = 0; i < kinds.Length; i++)
        {
            var (y, x) = Math.DivRem(i, box.Width);
            var label = regions.Labels[(box.Top + y) * regions.Width + box.Left + x];
            if (kinds[i] == Unknown && label >= 0 && !box.Contains(regions.Parts[label].Bounds)) marked.Add(i);
        }
        foreach (var at in marked) kinds[at] = Beyond;
        for (var (step, from) = (0, 0); step < EdgeWidth; step++)
        {
            var end = marked.Count;
            for (; from < end; from++)
            {
                var (row, column) = Math.DivRem(marked[from], box.Width);
                for (var y = Math.Max(0, row - 1); y <= Math.Min(box.Height - 1, row + 1); y++)
                {
                    for (var x = Math.Max(0, column - 1); x <= Math.Min(box.Width - 1, column + 1); x++)
                    {
                        var next = y * box.Width + x;
                        if (kinds[next] != Unknown || regions.Labels[(box.Top + y) * regions.Width + box.Left + x] >= 0) continue;
                        kinds[next] = Beyond;
                        marked.Add(next);
                    }
                }
            }
        }
        return marked.Count;
    }
}
