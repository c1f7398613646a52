using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>Parts of a located mark, or marks beside it, that may be the digit.</summary>
internal static class MarkParts
{
    /// <summary>Maximum thickness of a line, as a fraction of the mark's longer side.</summary>
    private const double LineThickness = 0.15;

    /// <summary>Maximum number of times that lines are erased. A line that was hidden by a longer one is found the next time.</summary>
    private const int MostRounds = 3;

    /// <summary>Width of a mark's edge that is not paper: pixels, and fraction of the mark's longer side.</summary>
    private const int EdgePixels = 2, EdgeFraction = 50;

    /// <summary>Minimum side of a mark that can be paper, in pixels.</summary>
    private const int LeastPaper = 14;

    /// <summary>
    /// Erases straight lines that are at least 55 % as long as the mark. Lines of the page were erased before, if <see cref="LineRemoval"/> took them for ruling.
    /// </summary>
    /// <param name="isUpright">Whether upright lines are erased too, which may be strokes of a 1, 4 or 7.</param>
    /// <returns><c>null</c> if the mark has no such lines, or consists of them.</returns>
    public static LocatedPage? WithoutLines(LocatedPage page, SKEncodedOrigin stored, bool isUpright)
    {
        var (box, isTurned) = (page.Selection.Bounds.Grow(1, page.Ink.Ink.Width, page.Ink.Ink.Height), ExifOrientation.SwapsSides(stored));
        LocatedPage? last = null;
        for (var round = 0; round < MostRounds; round++)
        {
            // The box stays the same, so that a stroke of the digit is no line in a later round.
            if (LineRemoval.RemoveAll(page.Ink.Ink.Crop(box), page.Threshold, LineThickness, across: isUpright || !isTurned, down: isUpright || isTurned) is not { } rest) break;
            var ink = new Plane(page.Ink.Ink.Width, page.Ink.Ink.Height);
            for (var y = 0; y < rest.Height; y++) rest.Row(y).CopyTo(ink.Row(box.Top + y)[box.Left..]);
            if (ink.Values.AsSpan().IndexOfAnyInRange((float)page.Threshold, float.MaxValue) < 0) break; // only lines
            page = page.Reselect(ink, stored);
            if (page.Selection.Error is not null) break;
            last = page;
        }
        return last;
    }

    /// <summary>Measures the ink on a mark, as if the mark were paper.</summary>
    /// <param name="page">The page with the mark.</param>
    /// <param name="colors">The whole image.</param>
    /// <returns><c>null</c> if the mark is too small.</returns>
    /// <exception cref="ImageException">The mark has no ink.</exception>
    public static LocatedPage? OnMark(LocatedPage page, PageColors colors, SKEncodedOrigin stored)
    {
        var mark = page.Selection.Bounds.Move(page.Sheet.Bounds.Left, page.Sheet.Bounds.Top);
        var paper = mark.Grow(-EdgePixels - mark.LongSide / EdgeFraction, colors.Width, colors.Height);
        if (Math.Min(paper.Width, paper.Height) < LeastPaper) return null;
        var sheet = new Sheet(colors.Crop(paper), paper);
        var (ink, threshold) = EdgeInk.EraseUnlessAll(ForegroundMap.Measure(sheet.Colors, InvertMode.Auto));
        return LocatedPage.Of(ink, threshold, sheet, page.Under, stored);
    }

    /// <summary>Selects the digit among some of the components of the page.</summary>
    /// <param name="keep">Whether a label of <see cref="DigitSelection.Found"/> is kept.</param>
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
