using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Digit segmentation: selects the connected component with the largest sum of squared ink, and the components that are close to this component.
/// </summary>
internal static class DigitSegmentation
{
    /// <summary>Lower limit in gray levels of the threshold above which a pixel counts as ink. On noisy paper, the threshold is higher.</summary>
    internal const double FaintestInk = 8;

    /// <summary>
    /// Threshold for stroke pixels, as a fraction of <see cref="ConnectedComponent.Strength"/> (the weighted mean ink) of the component with the largest sum of
    /// squared ink. Pixels with less ink are shadows or the soft edges of strokes.
    /// </summary>
    private const double Edge = 0.35;

    /// <summary>Selects and copies the components of the digit.</summary>
    /// <param name="page">Foreground map of the image.</param>
    /// <param name="threshold">Result of <see cref="Threshold"/> for <paramref name="page"/>.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <exception cref="ImageException">The image has no ink except noise and specks, or the ink is more than 20 times as wide as high.</exception>
    public static FoundDigit Find(ForegroundMap page, double threshold, SKEncodedOrigin stored) => Cut(page.Ink, Select(page, threshold, stored));

    /// <summary>
    /// Selects the components of the digit. If the ink consists only of specks or is too wide for a digit, the result has a <see cref="DigitSelection.Error"/>.
    /// </summary>
    /// <param name="page">Foreground map of the image.</param>
    /// <param name="threshold">Pixels whose ink exceeds this number of gray levels belong to a stroke.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <exception cref="ImageException">No pixel is above the threshold.</exception>
    public static DigitSelection Select(ForegroundMap page, double threshold, SKEncodedOrigin stored)
    {
        var found = ConnectedComponents.Find(page.Ink, threshold);
        if (found.Parts.Count == 0) throw NoInk(page, $"no pixel differs from the paper by more than {threshold:0.#} gray levels");
        var parts = Surroundings.Remove(found, page.Ink.Width, page.Ink.Height, stored);
        var main = parts.MaxBy(part => part.Squares);
        var (bounds, kept) = Gather(parts, main, found.Parts.Count);
        return new(found, main, bounds, kept, Check(page, parts, bounds, kept, stored));
    }

    /// <summary>Copies the ink of the selected components, without the other ink of the image.</summary>
    /// <exception cref="ImageException">The selected components cannot be a digit: <see cref="DigitSelection.Error"/> is not <c>null</c>.</exception>
    public static FoundDigit Cut(Plane ink, DigitSelection digit)
    {
        if (digit.Error is { } error) throw error;
        var part = digit.Bounds.Grow(1, ink.Width, ink.Height);
        return new(CopyInk(ink, part, digit.Found.Labels, digit.Kept, digit.Main.Strength), part, digit.Bounds, digit.Parts);
    }

    private static ImageException? Check(ForegroundMap page, IReadOnlyList<ConnectedComponent> parts, Box bounds, bool[] kept, SKEncodedOrigin stored)
    {
        var keptSquares = parts.Where(part => kept[part.Label]).Sum(part => part.Squares);
        var keptPixels = parts.Where(part => kept[part.Label]).Sum(part => part.Pixels);
        if (keptPixels < 5 || keptSquares < 0.1 * parts.Sum(part => part.Squares))
            return NoInk(page, "the ink consists of specks; expected a digit of at least 5 pixels with at least 10 % of the ink");
        var upright = ExifOrientation.Upright(bounds, page.Ink.Width, page.Ink.Height, stored);
        return upright.Width <= Decoding.ImageSize.MaxAspect * upright.Height
            ? null
            : new ImageException(ImageError.BadProportions,
                $"The ink is {upright.Width}×{upright.Height} pixels; the width may be at most {Decoding.ImageSize.MaxAspect} times the height. "
                    + "Crop the image to the digit.");
    }

    /// <summary>
    /// Returns the ink in gray levels above which a pixel belongs to a stroke and not to a shadow or a soft edge. The threshold is 35 % of the weighted mean
    /// ink (<see cref="ConnectedComponent.Strength"/>) of the component with the largest sum of squared ink, but at least <see cref="ForegroundMap.Faintest"/>.
    /// </summary>
    /// <exception cref="ImageException">No pixel has more ink than <see cref="ForegroundMap.Faintest"/>.</exception>
    public static double Threshold(ForegroundMap page)
    {
        var parts = ConnectedComponents.Find(page.Ink, page.Faintest).Parts;
        if (parts.Count == 0) throw NoInk(page, $"no pixel differs from the paper by more than {page.Faintest:0.#} gray levels");
        return Math.Max(page.Faintest, Edge * parts.MaxBy(part => part.Squares).Strength);
    }

    /// <summary>
    /// Selects the components of the digit: <paramref name="main"/>, and the nearby components with at least 2 % of the ink of <paramref name="main"/>. These
    /// are, for example, the bar of a 5 or the second stroke of a 4. A component is nearby if its gap to the bounding box of the selected components is at most
    /// 30 % of the longer side of this box.
    /// </summary>
    private static (Box Bounds, bool[] Kept) Gather(IReadOnlyList<ConnectedComponent> parts, ConnectedComponent main, int labels)
    {
        var kept = new bool[labels + 1];
        var bounds = main.Bounds;
        kept[main.Label] = true;
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var part in parts)
            {
                if (kept[part.Label] || part.Sum < 0.02 * main.Sum || part.Bounds.Gap(bounds) > 0.3 * bounds.LongSide) continue;
                bounds = bounds.Include(part.Bounds);
                kept[part.Label] = grew = true;
            }
        }
        return (bounds, kept);
    }

    /// <summary>
    /// Copies the kept components and their soft edges (the adjacent pixels without a label). The ink is divided by <paramref name="strength"/>.
    /// </summary>
    /// <param name="part">The region of <paramref name="ink"/> that is copied.</param>
    /// <param name="labels">
    /// One label per pixel of <paramref name="ink"/>, row-major: an index into <paramref name="kept"/>; 0 for a pixel that belongs to no component.
    /// </param>
    /// <param name="kept">One value per label: whether the pixels with this label are copied. <c>false</c> for label 0.</param>
    /// <param name="strength">Ink in gray levels that becomes 1 in the result. Stronger ink also becomes 1.</param>
    /// <returns>A plane of the size of <paramref name="part"/>, with values from 0 (paper) to 1.</returns>
    public static Plane CopyInk(Plane ink, Box part, int[] labels, bool[] kept, double strength)
    {
        var result = new Plane(part.Width, part.Height);
        // Whether each pixel is kept, for the row above, the current row and the row below. The arrays extend one column beyond the copied region on each side.
        var (above, current, below) = (new bool[part.Width + 2], new bool[part.Width + 2], new bool[part.Width + 2]);
        Mark(part.Top - 1, current);
        Mark(part.Top, below);
        for (var y = part.Top; y < part.Bottom; y++)
        {
            (above, current, below) = (current, below, above);
            Mark(y + 1, below);
            var source = ink.Row(y)[part.Left..part.Right];
            var target = result.Row(y - part.Top);
            var row = labels.AsSpan(y * ink.Width + part.Left, part.Width);
            for (var x = 0; x < row.Length; x++)
                if (row[x] != 0 ? current[x + 1] : TouchesKept(x)) target[x] = (float)Math.Min(1, source[x] / strength);
        }
        return result;

        void Mark(int y, bool[] isKept)
        {
            for (var x = -1; x <= part.Width; x++)
                isKept[x + 1] = y >= 0 && y < ink.Height && part.Left + x >= 0 && part.Left + x < ink.Width && kept[labels[y * ink.Width + part.Left + x]];
        }

        bool TouchesKept(int x) => above[x] | above[x + 1] | above[x + 2] | current[x] | current[x + 1] | current[x + 2] | below[x] | below[x + 1] | below[x + 2];
    }

    private static ImageException NoInk(ForegroundMap page, string what) =>
        new(ImageError.NoInk, $"The image has no ink: {what} (noise of the paper: {page.Noise:0.0} gray levels).");
}

/// <summary>The components of an image that belong to the digit.</summary>
/// <param name="Found">All connected components of ink in the image.</param>
/// <param name="Main">The component with the largest sum of squared ink among the components that <see cref="Surroundings.Remove"/> keeps.</param>
/// <param name="Bounds">Bounding box of the digit.</param>
/// <param name="Kept">
/// One value per label of <see cref="ConnectedComponents.Labels"/>: whether the component belongs to the digit. <c>false</c> for label 0, the paper.
/// </param>
/// <param name="Error">
/// Reason why the selected components cannot be a digit: they are only specks, or too wide. <c>null</c> if the components can be a digit.
/// </param>
internal sealed record DigitSelection(ConnectedComponents Found, ConnectedComponent Main, Box Bounds, bool[] Kept, ImageException? Error)
{
    /// <summary>Number of connected components of the digit.</summary>
    public int Parts { get; } = Kept.Count(isKept => isKept);
}

/// <summary>The ink of a segmented digit, and its position in the foreground map.</summary>
/// <param name="Ink">Ink of the digit only: 0 = paper, 1 = typical stroke strength.</param>
/// <param name="Part">
/// The part of the foreground map that <paramref name="Ink"/> covers: <paramref name="Bounds"/> and a margin of one pixel, clipped to the map.
/// </param>
/// <param name="Bounds">Bounding box of the digit in the foreground map.</param>
/// <param name="Parts">Number of connected components of the digit.</param>
internal sealed record FoundDigit(Plane Ink, Box Part, Box Bounds, int Parts);
