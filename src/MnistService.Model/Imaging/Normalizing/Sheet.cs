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
    /// Minimum fraction of the bounding box that the region fills together with its marks. A rectangle fills 1, a slanted one a little less, an ellipse 0.785.
    /// </summary>
    private const double LeastFill = 0.7, RectangleFill = 0.85;

    /// <summary>Minimum fraction of the region without its marks. Ruled lines that cross each other are a region with large marks.</summary>
    private const double LeastPaper = 0.35;

    /// <summary>A mark that fills more than this fraction of its bounding box is a loop of a block letter, unless it is as narrow as a 1.</summary>
    private const double SolidMark = 0.93, NarrowMark = 2.5;

    /// <summary>Minimum length of a mark's longer side, as a fraction of the region's shorter side and in pixels. Smaller marks are specks.</summary>
    private const double LeastMark = 0.03;

    /// <summary>The same for a mark inside a drawn line, because the line may be a 0 with a speck inside.</summary>
    private const double LeastInLoop = 0.15;

    private const int LeastMarkPixels = 4, LeastDepth = 4;

    /// <summary>A region inside another one is chosen instead of it if it fills this fraction of the other's largest mark.</summary>
    private const double NestedShare = 0.3;

    /// <summary>Returns the sheet of an image; the whole image if it has no region with ink inside that differs from the whole.</summary>
    public static Sheet Find(PageColors image) => Find(image, isInMark: false);

    /// <param name="isInMark">Whether only paper inside a line that is drawn on the same paper is a sheet.</param>
    private static Sheet Find(PageColors image, bool isInMark)
    {
        var whole = new Sheet(image, new Box(0, 0, image.Width, image.Height));
        var regions = FlatRegions.Find(image);
        var large = regions.Parts.Where(part => part.Pixels >= LeastArea * regions.Pixels * LeastPaper && part.Area >= LeastArea * regions.Pixels).ToList();
        var candidates = Shapes(large.Where(part => part.Bounds != whole.Bounds));
        if (candidates.Count == 0) return whole; // plain paper
        candidates.AddRange(Shapes(large.Where(part => part.Bounds == whole.Bounds)));
        var best = candidates.Where(shape => !candidates.Exists(inner => inner != shape && shape.LargestMark.Contains(inner.Bounds) && inner.Filled >= NestedShare * shape.LargestMark.Area))
            .MaxBy(shape => shape.Filled);
        return best is null || best.Bounds == whole.Bounds && best.Filled == regions.Pixels ? whole : new Sheet(Cut(image, regions, best), best.Bounds);

        List<SheetShape> Shapes(IEnumerable<FlatRegion> parts) =>
            [.. parts.Where(part => part.Pixels >= LeastPaper * LeastFill * part.Area).Select(part => SheetShape.Of(image, regions, part)).Where(shape => IsSheet(shape, image, regions, isInMark))];
    }

    /// <summary>Finds the paper inside a drawn box or circle that was segmented as ink, because it is too small for the search in the whole image.</summary>
    /// <param name="sheet">The sheet that the box or circle is drawn on.</param>
    /// <param name="mark">Bounding box of the box or circle and of the ink inside, in pixels of the sheet.</param>
    /// <returns>The paper inside; <c>null</c> if the ink does not surround paper with a digit.</returns>
    public static Sheet? FindInside(Sheet sheet, Box mark)
    {
        var part = mark.Grow(2 + mark.LongSide / 16, sheet.Colors.Width, sheet.Colors.Height);
        var found = Find(sheet.Colors.Crop(part), isInMark: true);
        var inside = found.Bounds.Move(part.Left, part.Top);
        return mark.Contains(inside) && inside.Area < mark.Area ? found with { Bounds = inside.Move(sheet.Bounds.Left, sheet.Bounds.Top) } : null;
    }

    /// <summary>Returns whether the shape is paper with a mark on it, and not a stroke with a loop.</summary>
    private static bool IsSheet(SheetShape shape, PageColors image, FlatRegions regions, bool isInMark)
    {
        var (area, mark) = (shape.Bounds.Area, shape.LargestMark);
        if (shape.Filled < LeastFill * area || shape.Paper < LeastPaper * shape.Filled) return false;
        if (mark.LongSide < Math.Max(LeastMarkPixels, LeastMark * Math.Min(shape.Bounds.Width, shape.Bounds.Height))) return false;
        if (Surrounding(shape, regions) is { } outer && regions.HaveSameColor(shape.Label, outer))
            return mark.LongSide >= LeastInLoop * Math.Min(shape.Bounds.Width, shape.Bounds.Height);
        if (isInMark || shape.IsOnSamePaper || IsCorner(mark, shape.Bounds) || !shape.Bounds.Grow(-LeastDepth, image.Width, image.Height).Overlaps(mark)) return false; // the rough edge of a stroke
        var isLoop = shape.MarkPixels > SolidMark * mark.Area && mark.LongSide < NarrowMark * Math.Min(mark.Width, mark.Height);
        return shape.Filled >= RectangleFill * area && shape.HasCorners() && !isLoop;
    }

    /// <summary>Returns whether a mark is the space beside the round end of a stroke: it touches two adjacent sides and is small.</summary>
    private static bool IsCorner(Box mark, Box region) =>
        (mark.Left <= region.Left || mark.Right >= region.Right) && (mark.Top <= region.Top || mark.Bottom >= region.Bottom) && mark.LongSide < 0.3 * region.LongSide;

    /// <returns>Label of the largest region around the shape; <c>null</c> if no region surrounds it.</returns>
    private static int? Surrounding(SheetShape shape, FlatRegions regions)
    {
        FlatRegion? largest = null;
        foreach (var part in regions.Parts)
            if (part.Label != shape.Label && part.Bounds.Contains(shape.Bounds) && part.Pixels > (largest?.Pixels ?? 0)) largest = part;
        return largest?.Label;
    }

    private static PageColors Cut(PageColors image, FlatRegions regions, SheetShape shape)
    {
        var box = shape.Bounds;
        var channels = new Plane[image.Channels.Length];
        for (var c = 0; c < channels.Length; c++)
        {
            var (channel, mean) = (image.Channels[c], regions.Mean(c, shape.Label));
            var cut = channels[c] = new Plane(box.Width, box.Height);
            for (var y = 0; y < box.Height; y++)
                for (var x = 0; x < box.Width; x++) cut[x, y] = shape.IsInside(x, y) ? channel[box.Left + x, box.Top + y] : mean;
        }
        return new(channels, image.Block);
    }
}
