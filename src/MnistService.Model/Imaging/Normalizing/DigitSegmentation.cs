using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Digit segmentation: selects the connected component with the largest sum of squared ink, and the components close to that component.</summary>
internal static class DigitSegmentation
{
    /// <summary>Smallest threshold in gray levels above which a pixel counts as ink. On noisy paper, the threshold is higher.</summary>
    internal const double FaintestInk = 8;

    /// <summary>Threshold as a fraction of <see cref="ConnectedComponent.Strength"/>: pixels with less ink are not part of a stroke.</summary>
    private const double Edge = 0.35;

    /// <exception cref="ImageException">The image has no ink except noise and specks, or the ink is more than 20 times as wide as high.</exception>
    /// <param name="page">The foreground map.</param>
    /// <param name="threshold">Result of <see cref="Threshold"/> for the map.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    public static FoundDigit Find(ForegroundMap page, double threshold, SKEncodedOrigin stored) => Cut(page.Ink, Select(page, threshold, stored));

    /// <summary>Selects the components of the digit. An image without a legible digit gives a selection with an error.</summary>
    /// <param name="page">The foreground map.</param>
    /// <param name="threshold">Result of <see cref="Threshold"/> for the map.</param>
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

    /// <summary>Copies the selected components.</summary>
    /// <exception cref="ImageException">The selection has an error.</exception>
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
            : new ImageException(ImageError.BadProportions, $"The ink is {upright.Width}×{upright.Height} pixels; the width may be at most {Decoding.ImageSize.MaxAspect} times the height.");
    }

    /// <summary>
    /// Returns the threshold in gray levels: pixels with more ink belong to a stroke. The strongest component determines the strength of the strokes; the
    /// threshold separates strokes from shadows.
    /// </summary>
    /// <exception cref="ImageException">No pixel differs from the paper.</exception>
    public static double Threshold(ForegroundMap page)
    {
        var parts = ConnectedComponents.Find(page.Ink, page.Faintest).Parts;
        if (parts.Count == 0) throw NoInk(page, $"no pixel differs from the paper by more than {page.Faintest:0.#} gray levels");
        return Math.Max(page.Faintest, Edge * parts.MaxBy(part => part.Squares).Strength);
    }

    /// <summary>
    /// Selects the main component and the nearby components with at least 2 % of the main component's ink, e.g. the bar of a 5, the second stroke of a 4 or
    /// pieces of a faint line.
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
    /// Copies the kept components and their soft edges (adjacent pixels below the threshold). Divides the ink by the stroke strength.
    /// </summary>
    /// <param name="part">The part of <paramref name="ink"/> that is copied.</param>
    /// <param name="kept">Per label: whether its pixels are copied.</param>
    /// <returns>A plane of the size of <paramref name="part"/>.</returns>
    public static Plane CopyInk(Plane ink, Box part, int[] labels, bool[] kept, double strength)
    {
        var result = new Plane(part.Width, part.Height);
        // Whether each pixel of the rows above, at and below the current row is kept, with a column of paper on both sides.
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
/// <param name="Found">All components.</param>
/// <param name="Main">The component with the most ink.</param>
/// <param name="Bounds">Bounding box of the digit.</param>
/// <param name="Kept">Per label: whether the component belongs to the digit.</param>
/// <param name="Error">Reason why the selection is not a digit; <c>null</c> if it may be one.</param>
internal sealed record DigitSelection(ConnectedComponents Found, ConnectedComponent Main, Box Bounds, bool[] Kept, ImageException? Error)
{
    /// <summary>Number of connected components of the digit.</summary>
    public int Parts { get; } = Kept.Count(isKept => isKept);
}

/// <summary>The segmented digit.</summary>
/// <param name="Ink">Ink of the digit only: 0 = paper, 1 = typical stroke strength.</param>
/// <param name="Part">The part of the image that <paramref name="Ink"/> covers: <paramref name="Bounds"/> and a margin of one pixel.</param>
/// <param name="Bounds">Bounding box of the digit in the image.</param>
/// <param name="Parts">Number of connected components of the digit.</param>
internal sealed record FoundDigit(Plane Ink, Box Part, Box Bounds, int Parts);
