namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// The part of an image that the digit is written on: a region of nearly one color without the surrounding frames, bars, window decorations or scanner edges.
/// If a box or circle is drawn around the digit, the sheet is the region inside.
/// </summary>
/// <param name="Colors">
/// The pixels in the bounding box of the sheet. Pixels outside the sheet and its marks have the mean color of the sheet. The digit is such a mark.
/// </param>
/// <param name="Bounds">Bounding box of the sheet, in pixels of the whole downscaled image.</param>
internal sealed record Sheet(PageColors Colors, Box Bounds)
{
    /// <summary>
    /// Minimum area of the sheet's bounding box, as a fraction of the image's area. Smaller regions are usually title bars, loops of digits or cells of squared
    /// paper.
    /// </summary>
    private const double LeastArea = 0.1;

    /// <summary>
    /// A region is a sheet only if the sheet, together with the marks on it, fills at least this fraction of its bounding box. The inside of a circle fills
    /// 0.785.
    /// </summary>
    private const double LeastFill = 0.7;

    /// <summary>
    /// A sheet is a rectangle only if the sheet, together with the marks on it, fills at least this fraction of its bounding box. An upright rectangle fills all
    /// of its bounding box, and a slightly rotated rectangle fills a little less.
    /// </summary>
    private const double RectangleFill = 0.85;

    /// <summary>
    /// Minimum number of paper pixels of a sheet, as a fraction of the pixels of the paper and the marks together. A region with less paper is, for example, a
    /// grid of lines, whose cells look like marks.
    /// </summary>
    private const double LeastPaper = 0.35;

    /// <summary>
    /// If the largest mark on a region fills more than this fraction of the mark's bounding box, the region is probably not paper but a thick stroke with a
    /// loop. The mark is then the inside of the loop.
    /// </summary>
    private const double SolidMark = 0.93;

    /// <summary>
    /// If a solid mark (<see cref="SolidMark"/>) is at least this many times as long as wide, the mark is probably a 1 and not the inside of a loop. The region
    /// around the mark can then be the sheet of paper.
    /// </summary>
    private const double NarrowMark = 2.5;

    /// <summary>
    /// Minimum length of the longer side of the largest mark on a sheet, as a fraction of the sheet's shorter side. Smaller marks are specks.
    /// </summary>
    private const double LeastMark = 0.03;

    /// <summary>
    /// Minimum length of the longer side of the largest mark inside a drawn box or circle, as a fraction of the shorter side of the inside. If the mark is
    /// smaller, the supposed circle can be a 0, and the mark a speck.
    /// </summary>
    private const double LeastInLoop = 0.15;

    /// <summary>Minimum length in pixels of the longer side of the largest mark on a sheet. Smaller marks are specks.</summary>
    private const int LeastMarkPixels = 4;

    /// <summary>
    /// Width in pixels of a margin along the inside of a region's bounding box. If the region's largest mark is entirely within this margin, the mark is
    /// considered the rough edge of a stroke, and the region is considered a stroke and not paper.
    /// </summary>
    private const int LeastDepth = 4;

    /// <summary>
    /// A region is not the sheet if its largest mark contains another candidate for the sheet that fills at least this fraction of the mark's bounding box. The
    /// inner candidate is then preferred.
    /// </summary>
    private const double NestedShare = 0.3;

    /// <summary>Returns the sheet of paper in an image, or the whole image if no part of the image is recognized as a sheet.</summary>
    public static Sheet Find(PageColors image) => Find(image, isInMark: false);

    /// <param name="isInMark">Whether the sheet must be the inside of a box or circle that is drawn on paper of the same color.</param>
    private static Sheet Find(PageColors image, bool isInMark)
    {
        var whole = new Sheet(image, new Box(0, 0, image.Width, image.Height));
        var regions = FlatRegions.Find(image);
        var large = regions.Parts.Where(part => part.Pixels >= LeastArea * regions.Pixels * LeastPaper && part.Area >= LeastArea * regions.Pixels).ToList();
        var candidates = Shapes(large.Where(part => part.Bounds != whole.Bounds));
        if (candidates.Count == 0) return whole; // no part of the image can be the sheet
        candidates.AddRange(Shapes(large.Where(part => part.Bounds == whole.Bounds)));
        var best = candidates.Where(shape => !candidates.Exists(inner => inner != shape && shape.LargestMark.Contains(inner.Bounds) && inner.Filled >= NestedShare * shape.LargestMark.Area))
            .MaxBy(shape => shape.Filled);
        return best is null || best.Bounds == whole.Bounds && best.Filled == regions.Pixels ? whole : new Sheet(Cut(image, regions, best), best.Bounds);

        List<SheetShape> Shapes(IEnumerable<FlatRegion> parts) =>
            [.. parts.Where(part => part.Pixels >= LeastPaper * LeastFill * part.Area).Select(part => SheetShape.Of(image, regions, part)).Where(shape => IsSheet(shape, image, regions, isInMark))];
    }

    /// <summary>
    /// Finds the paper inside a drawn box or circle that was segmented as part of the digit. Such a box or circle can be too small to be found in the whole
    /// image.
    /// </summary>
    /// <param name="sheet">The sheet that the box or circle is drawn on.</param>
    /// <param name="mark">Bounding box of the segmented digit, including the box or circle, in pixels of the sheet.</param>
    /// <returns>The paper inside the box or circle; <c>null</c> if the segmented digit has no such paper with a mark on it.</returns>
    public static Sheet? FindInside(Sheet sheet, Box mark)
    {
        var part = mark.Grow(2 + mark.LongSide / 16, sheet.Colors.Width, sheet.Colors.Height);
        var found = Find(sheet.Colors.Crop(part), isInMark: true);
        var inside = found.Bounds.Move(part.Left, part.Top);
        return mark.Contains(inside) && inside.Area < mark.Area ? found with { Bounds = inside.Move(sheet.Bounds.Left, sheet.Bounds.Top) } : null;
    }

    /// <summary>Returns whether a region is paper with a mark on it, and not a thick stroke whose loop looks like a mark.</summary>
    private static bool IsSheet(SheetShape shape, PageColors image, FlatRegions regions, bool isInMark)
    {
        var (area, mark) = (shape.Bounds.Area, shape.LargestMark);
        if (shape.Filled < LeastFill * area || shape.Paper < LeastPaper * shape.Filled) return false;
        if (mark.LongSide < Math.Max(LeastMarkPixels, LeastMark * Math.Min(shape.Bounds.Width, shape.Bounds.Height))) return false;
        if (Surrounding(shape, regions) is { } outer && regions.HaveSameColor(shape.Label, outer))
            return mark.LongSide >= LeastInLoop * Math.Min(shape.Bounds.Width, shape.Bounds.Height);
        // A mark that is entirely within LeastDepth pixels of the edge of the bounding box is considered the rough edge of a stroke.
        if (isInMark || shape.IsOnSamePaper || IsCorner(mark, shape.Bounds) || !shape.Bounds.Grow(-LeastDepth, image.Width, image.Height).Overlaps(mark)) return false;
        var isLoop = shape.MarkPixels > SolidMark * mark.Area && mark.LongSide < NarrowMark * Math.Min(mark.Width, mark.Height);
        return shape.Filled >= RectangleFill * area && shape.HasCorners() && !isLoop;
    }

    /// <summary>
    /// Returns whether a region is probably a thick stroke with a round end, and not a sheet. The paper in a corner of the stroke's bounding box then looks
    /// like a mark on the region. Such a mark touches two adjacent sides of the bounding box. Its longer side is below 30 % of the longer side of the box.
    /// </summary>
    private static bool IsCorner(Box mark, Box region) =>
        (mark.Left <= region.Left || mark.Right >= region.Right) && (mark.Top <= region.Top || mark.Bottom >= region.Bottom) && mark.LongSide < 0.3 * region.LongSide;

    /// <returns>
    /// Label of the largest other region whose bounding box contains the bounding box of <paramref name="shape"/>; <c>null</c> if there is no such region.
    /// </returns>
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
