using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Locates the digit again if the ink that was selected as the digit (the mark) may contain other shapes. The digit is located in a part of the mark, in the
/// ink on the mark, or in other components.
/// </summary>
internal static class MarkParts
{
    /// <summary>
    /// Maximum thickness of a straight line that is erased from the ink that was selected as the digit, as a fraction of the longer side of this ink's bounding
    /// box. A thicker line is kept.
    /// </summary>
    private const double LineThickness = 0.15;

    /// <summary>
    /// Maximum number of passes in which straight lines are erased from the ink that was selected as the digit. A line that was hidden by a longer line is
    /// found in the next pass.
    /// </summary>
    private const int MostRounds = 3;

    /// <summary>
    /// Number of pixels that are cut off at each side of a shape that is read as a sheet of paper, because the edge of the shape does not count as paper. The
    /// width from <see cref="EdgeFraction"/> is added.
    /// </summary>
    private const int EdgePixels = 2;

    /// <summary>
    /// Divisor for the width that is cut off at each side of a shape that is read as a sheet of paper: the longer side of the shape is divided by this number.
    /// <see cref="EdgePixels"/> are added to the quotient.
    /// </summary>
    private const int EdgeFraction = 50;

    /// <summary>
    /// Minimum length in pixels of the shorter side of a shape that is read as a sheet of paper, after its edges are cut off. A smaller shape is not read
    /// as paper.
    /// </summary>
    private const int LeastPaper = 14;

    /// <summary>
    /// Erases straight lines of the mark that was selected as the digit. A line must be at least 55 % as long as the mark's bounding box in the direction of
    /// the line. <see cref="LineRemoval.Remove"/> has already erased ruled lines and frames.
    /// </summary>
    /// <param name="page">The ink of the image, with the mark that was selected as the digit.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <param name="isUpright">Whether vertical lines are erased in addition to horizontal lines. A vertical line can be a stroke of a 1, 4 or 7.</param>
    /// <returns>The located digit without lines; <c>null</c> if the mark has no such lines, or if no digit remains without them.</returns>
    public static LocatedPage? WithoutLines(LocatedPage page, SKEncodedOrigin stored, bool isUpright)
    {
        var (box, isTurned) = (page.Selection.Bounds.Grow(1, page.Ink.Ink.Width, page.Ink.Ink.Height), ExifOrientation.SwapsSides(stored));
        LocatedPage? last = null;
        for (var round = 0; round < MostRounds; round++)
        {
            // Each pass uses the same box. In a smaller box, a stroke of the digit could be long enough to count as a line.
            if (LineRemoval.RemoveAll(page.Ink.Ink.Crop(box), page.Threshold, LineThickness, across: isUpright || !isTurned, down: isUpright || isTurned) is not { } rest) break;
            var ink = new Plane(page.Ink.Ink.Width, page.Ink.Ink.Height);
            for (var y = 0; y < rest.Height; y++) rest.Row(y).CopyTo(ink.Row(box.Top + y)[box.Left..]);
            if (RowScan.NextAbove(ink.Values, 0, RowScan.AtMost(page.Threshold)) == ink.Values.Length) break; // the mark consists only of lines
            page = page.Reselect(ink, stored);
            if (page.Selection.Error is not null) break;
            last = page;
        }
        return last;
    }

    /// <summary>Measures the ink on the mark that was selected as the digit, and locates a digit in this ink, as if the mark were a sheet of paper.</summary>
    /// <param name="page">The ink of the image, with the mark that was selected as the digit.</param>
    /// <param name="colors">The whole downscaled image.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <returns>The located digit; <c>null</c> if the mark is too small to be paper.</returns>
    /// <exception cref="ImageException">There is no ink on the mark.</exception>
    public static LocatedPage? OnMark(LocatedPage page, PageColors colors, SKEncodedOrigin stored)
    {
        var mark = page.Selection.Bounds.Move(page.Sheet.Bounds.Left, page.Sheet.Bounds.Top);
        var paper = mark.Grow(-EdgePixels - mark.LongSide / EdgeFraction, colors.Width, colors.Height);
        if (Math.Min(paper.Width, paper.Height) < LeastPaper) return null;
        var sheet = new Sheet(colors.Crop(paper), paper);
        var (ink, threshold) = EdgeInk.EraseUnlessAll(ForegroundMap.Measure(sheet.Colors, InvertMode.Auto));
        return LocatedPage.Of(ink, threshold, sheet, page.Under, stored);
    }

    /// <summary>Locates the digit in some of the connected components of the image. The other components are erased.</summary>
    /// <param name="keep">Receives the label of a component in <see cref="DigitSelection.Found"/>, and returns whether the component is kept.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <exception cref="ImageException">No component is kept.</exception>
    public static LocatedPage Keep(LocatedPage page, Func<int, bool> keep, SKEncodedOrigin stored)
    {
        var (ink, labels) = (page.Ink.Ink, page.Selection.Found.Labels);
        var rest = new Plane(ink.Width, ink.Height);
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] is > 0 and var label && keep(label)) rest.Values[i] = ink.Values[i];
        return page.Reselect(rest, stored);
    }
}
