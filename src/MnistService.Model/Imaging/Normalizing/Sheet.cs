namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// The part of an image that the digit is written on: a region of nearly one color, without the frame, bars, window decorations or scanner edges around it, or the
/// inside of a box or circle around the digit.
/// </summary>
/// <param name="Colors">The bounding box of the region. Pixels around the region have its mean color.</param>
/// <param name="Bounds">The bounding box in pixels of the whole image.</param>
internal sealed record Sheet(PageColors Colors, Box Bounds)
{
    /// <summary>Minimum area of the region as a fraction of the image. Smaller regions are title bars, loops of digits or cells of squared paper.</summary>
    private const double LeastArea = 0.1;

    /// <summary>
    /// Minimum fraction of the bounding box that the region fills together with its holes. A rectangle fills 1, a slanted one a little less, an ellipse 0.785.
    /// </summary>
    private const double LeastFill = 0.7, RectangleFill = 0.85;

    /// <summary>Minimum fraction of the region without its holes. Ruled lines that cross each other are a region with large holes.</summary>
    private const double LeastPaper = 0.35;

    /// <summary>Maximum difference in gray levels between the paper inside and outside of a circle or box that is drawn on it.</summary>
    private const float SamePaper = 24;

    /// <summary>A hole that fills more than this fraction of its bounding box is a loop of a block letter, unless it is as narrow as a 1.</summary>
    private const double SolidHole = 0.93, NarrowHole = 2.5;

    /// <summary>Minimum length of a hole's longer side, as a fraction of the region's shorter side and in pixels. Smaller holes are specks.</summary>
    private const double LeastHole = 0.03;

    private const int LeastHolePixels = 4;

    /// <summary>A region inside another one is chosen instead of it if it fills this fraction of the other's largest hole.</summary>
    private const double NestedShare = 0.3;

    /// <summary>Returns the sheet of an image; the whole image if it has no region with ink inside that differs from the whole.</summary>
    public static Sheet Find(PageColors image)
    {
        var whole = new Sheet(image, new Box(0, 0, image.Width, image.Height));
        var regions = FlatRegions.Find(image);
        var candidates = regions.Parts.Where(part => part.Pixels >= LeastArea * regions.Labels.Length * LeastFill && part.Area >= LeastArea * regions.Labels.Length)
            .Select(part => Shape.Of(regions, part)).Where(shape => IsSheet(shape, image, regions)).ToList();
        var best = candidates.Where(shape => !candidates.Exists(inner => inner != shape && shape.LargestHole.Contains(inner.Bounds) && inner.Filled >= NestedShare * shape.LargestHole.Area))
            .MaxBy(shape => shape.Filled);
        return best is null || best.Bounds == whole.Bounds && best.Filled == regions.Labels.Length ? whole : new Sheet(Cut(image, regions, best), best.Bounds);
    }

    /// <summary>Looks for a sheet inside a mark: the paper inside a box or circle that is too small to be found in the whole image.</summary>
    /// <param name="sheet">The sheet with the mark.</param>
    /// <param name="mark">Bounding box of the mark in pixels of the sheet.</param>
    /// <returns>The sheet inside of the mark; <c>null</c> if the mark does not surround a sheet.</returns>
    public static Sheet? FindInside(Sheet sheet, Box mark)
    {
        var part = mark.Grow(2 + mark.LongSide / 16, sheet.Colors.Width, sheet.Colors.Height);
        var found = Find(sheet.Colors.Crop(part));
        var inside = found.Bounds.Move(part.Left, part.Top);
        return mark.Contains(inside) && inside.Area < mark.Area ? found with { Bounds = inside.Move(sheet.Bounds.Left, sheet.Bounds.Top) } : null;
    }

    /// <summary>Returns whether the shape is paper with a mark on it, and not a stroke with a loop.</summary>
    private static bool IsSheet(Shape shape, PageColors image, FlatRegions regions)
    {
        var (area, hole) = (shape.Bounds.Area, shape.LargestHole);
        if (shape.Filled < LeastFill * area || shape.Paper < LeastPaper * shape.Filled) return false;
        if (hole.LongSide < Math.Max(LeastHolePixels, LeastHole * Math.Min(shape.Bounds.Width, shape.Bounds.Height))) return false;
        if (Surrounding(shape, regions) is { } outer && IsSamePaper(image, regions, shape.Label, outer)) return true;
        var isLoop = shape.HolePixels > SolidHole * hole.Area && hole.LongSide < NarrowHole * Math.Min(hole.Width, hole.Height);
        return shape.Filled >= RectangleFill * area && !isLoop;
    }

    /// <returns>Label of the largest region around the shape; <c>null</c> if no region surrounds it.</returns>
    private static int? Surrounding(Shape shape, FlatRegions regions)
    {
        FlatRegion? largest = null;
        foreach (var part in regions.Parts)
            if (part.Label != shape.Label && part.Bounds.Contains(shape.Bounds) && part.Pixels > (largest?.Pixels ?? 0)) largest = part;
        return largest?.Label;
    }

    private static bool IsSamePaper(PageColors image, FlatRegions regions, int one, int other) =>
        image.Channels.All(channel => Math.Abs(regions.Mean(channel, one) - regions.Mean(channel, other)) <= SamePaper);

    private static PageColors Cut(PageColors image, FlatRegions regions, Shape shape)
    {
        var box = shape.Bounds;
        var channels = Array.ConvertAll(image.Channels, channel =>
        {
            var mean = regions.Mean(channel, shape.Label);
            var cut = new Plane(box.Width, box.Height);
            for (var y = 0; y < box.Height; y++)
                for (var x = 0; x < box.Width; x++) cut[x, y] = shape.IsInside(x, y) ? channel[box.Left + x, box.Top + y] : mean;
            return cut;
        });
        return new(channels, image.Block);
    }

    /// <summary>A flat region together with its holes.</summary>
    /// <param name="Label">Label of the region.</param>
    /// <param name="Bounds">Bounding box of the region.</param>
    /// <param name="Outside">One value per pixel of the bounding box: whether the pixel is neither in the region nor in a hole.</param>
    /// <param name="Filled">Number of pixels of the region and its holes.</param>
    /// <param name="Paper">Number of pixels of the region without its holes.</param>
    /// <param name="LargestHole">Bounding box of the largest hole; empty if there is none.</param>
    /// <param name="HolePixels">Number of pixels of the largest hole.</param>
    private sealed record Shape(int Label, Box Bounds, bool[] Outside, int Filled, int Paper, Box LargestHole, int HolePixels)
    {
        public bool IsInside(int x, int y) => !Outside[y * Bounds.Width + x];

        public static Shape Of(FlatRegions regions, FlatRegion region)
        {
            var box = region.Bounds;
            var (width, height) = (box.Width, box.Height);
            // 0: not visited; 1: in the region; 2: outside, reached from the border; above: number of a hole plus 2.
            var marks = new int[width * height];
            for (var y = 0; y < height; y++)
            {
                var row = regions.Labels.AsSpan((box.Top + y) * regions.Width + box.Left, width);
                for (var x = 0; x < width; x++)
                    if (row[x] == region.Label) marks[y * width + x] = 1;
            }
            var stack = new Stack<int>();
            var outside = 0;
            for (var i = 0; i < marks.Length; i++)
            {
                var (y, x) = Math.DivRem(i, width);
                if (marks[i] == 0 && (x == 0 || y == 0 || x == width - 1 || y == height - 1)) outside += Flood(i, 2).Pixels;
            }
            var largest = (Pixels: 0, Bounds: default(Box));
            for (var i = 0; i < marks.Length; i++)
            {
                if (marks[i] != 0) continue;
                var hole = Flood(i, 3);
                if (hole.Bounds.LongSide > largest.Bounds.LongSide) largest = hole;
            }
            return new(region.Label, box, Array.ConvertAll(marks, mark => mark == 2), marks.Length - outside, region.Pixels, largest.Bounds.Move(box.Left, box.Top), largest.Pixels);

            (int Pixels, Box Bounds) Flood(int start, int mark)
            {
                var (left, top, right, bottom, pixels) = (width, height, 0, 0, 0);
                marks[start] = mark;
                stack.Push(start);
                while (stack.TryPop(out var at))
                {
                    var (y, x) = Math.DivRem(at, width);
                    (left, top, right, bottom, pixels) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1), pixels + 1);
                    // 8-connectivity, because the region has 4-connectivity.
                    for (var ny = Math.Max(0, y - 1); ny <= Math.Min(height - 1, y + 1); ny++)
                    {
                        for (var nx = Math.Max(0, x - 1); nx <= Math.Min(width - 1, x + 1); nx++)
                        {
                            var neighbor = ny * width + nx;
                            if (marks[neighbor] != 0) continue;
                            marks[neighbor] = mark;
                            stack.Push(neighbor);
                        }
                    }
                }
                return (pixels, new Box(left, top, right, bottom));
            }
        }
    }
}
