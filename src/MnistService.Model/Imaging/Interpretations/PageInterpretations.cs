using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Locates the digit of a doubtful page in several ways, because no single rule separates ink from paper on all pages: a black digit on a brown stain or on blue
/// squares, white chalk in a black frame, a thick digit in a thin box. A reader chooses the result that is a digit.
/// </summary>
internal static class PageInterpretations
{
    /// <summary>Pixels of the image that are cut off at each edge: the maximum width of the frames that programs draw.</summary>
    private const int Frame = 8;

    /// <summary>A page whose shorter side is less than this many times the frame is not cut.</summary>
    private const int LeastSides = 6;

    /// <summary>Maximum noise of the paper in gray levels.</summary>
    private const double MostNoise = 4;

    /// <returns>The interpretations that have ink, in the order of their kinds.</returns>
    public static List<(InterpretationKind Kind, LocatedPage Page)> Of(DecodedImage image, ImageOptions options)
    {
        var found = new List<(InterpretationKind, LocatedPage)>();
        Add(InterpretationKind.Usual, () => DigitNormalizer.LocatePage(image, options));
        var under = Transparency.Under(image.Bitmap);
        var inside = WithoutFrame(DigitNormalizer.Downscale(image, under), image.Reduction);
        var all = ForegroundMap.Measure(inside.Colors, options.Invert, mostNoise: MostNoise);
        Add(InterpretationKind.StrongestColor, () =>
        {
            foreach (var (color, threshold) in InkColors.Separate(inside.Colors, all))
                if (EdgeInk.Erase(color, threshold) is { } rest) return Locate(rest, threshold);
            return null;
        });
        if (options.Invert == InvertMode.Auto)
            Add(InterpretationKind.OtherPolarity, () => WithoutEdges(ForegroundMap.Measure(inside.Colors, all.IsDark ? InvertMode.Never : InvertMode.Always, mostNoise: MostNoise)));
        Add(InterpretationKind.ThickStrokes, () => ThickStrokes.Open(all) is { } thick ? WithoutEdges(thick) : null);
        return found;

        LocatedPage WithoutEdges(ForegroundMap map)
        {
            var rest = EdgeInk.Erase(map, DigitSegmentation.Threshold(map)) ?? map;
            return Locate(rest, DigitSegmentation.Threshold(rest));
        }

        LocatedPage Locate(ForegroundMap map, double threshold) => LocatedPage.Of(map, threshold, inside, under, image.Orientation);

        void Add(InterpretationKind kind, Func<LocatedPage?> locate)
        {
            try
            {
                if (locate() is { Selection.Error: null } page) found.Add((kind, page));
            }
            catch (ImageException)
            {
                // no ink
            }
        }
    }

    private static Sheet WithoutFrame(PageColors page, int reduction)
    {
        var frame = (Frame - 1) / (page.Block * reduction) + 1;
        var inside = new Box(0, 0, page.Width, page.Height);
        if (Math.Min(page.Width, page.Height) >= LeastSides * frame) inside = new(frame, frame, page.Width - frame, page.Height - frame);
        return new(page.Crop(inside), inside);
    }
}
