using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Locates the digit of an image with several interpretations, which decide differently which pixels are ink. No single rule separates ink from paper in all
/// images: for example a black digit on a brown stain or on blue squares, white chalk in a black frame, or a thick digit in a thin box.
/// <see cref="Reading.InterpretationChoice"/> chooses one of the results.
/// </summary>
internal static class PageInterpretations
{
    /// <summary>
    /// Width in pixels of the border that is cut off at each edge of the image, rounded up to whole pixels of the downscaled image. Frames that programs draw
    /// are usually at most this wide.
    /// </summary>
    private const int Frame = 8;

    /// <summary>
    /// Minimum length of an image's shorter side for which the border is cut off, as a multiple of the border's width (<see cref="Frame"/>). A smaller image
    /// keeps its border.
    /// </summary>
    private const int LeastSides = 6;

    /// <summary>
    /// Upper limit for the measured noise of the paper, in gray levels. Many lines on the paper are measured as noise. Without the limit, faint ink would then
    /// count as noise, too.
    /// </summary>
    private const double MostNoise = 4;

    /// <summary>Locates the digit of an image with each interpretation of its ink (<see cref="InterpretationKind"/>).</summary>
    /// <returns>
    /// The interpretations in which a digit was located, in the order of <see cref="InterpretationKind"/>. Each interpretation is computed when it is
    /// enumerated, so that the planes of only a few interpretations are in memory at the same time.
    /// </returns>
    public static IEnumerable<(InterpretationKind Kind, LocatedPage Page)> Of(DecodedImage image, ImageOptions options)
    {
        var under = Transparency.Under(image.Bitmap);
        var page = DigitNormalizer.Downscale(image, under);
        var usual = Try(() => DigitNormalizer.LocatePage(image, page, under, options));
        if (usual is not null) yield return (InterpretationKind.Usual, usual);
        foreach (var (kind, locate) in OfPage(WithoutFrame(page, image.Reduction), under, image.Orientation, options.Invert))
            if (Try(locate) is { } located) yield return (kind, located);
        if (usual is null) yield break;
        foreach (var (kind, locate) in OfMark(usual, page, image.Orientation, options))
            if (Try(locate) is { } located) yield return (kind, located);
    }

    /// <summary>Returns the interpretations that use the whole image without its border.</summary>
    /// <param name="inside">The downscaled image without its border.</param>
    /// <param name="under">Background behind transparent pixels: 255 white, 0 black.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    private static IEnumerable<(InterpretationKind, Func<LocatedPage?>)> OfPage(Sheet inside, byte under, SKEncodedOrigin stored, InvertMode invert)
    {
        var all = Measure(invert, mayBeLocal: true);
        yield return (InterpretationKind.WholePage, () => WithoutEdges(all.IsLocal ? Measure(invert, mayBeLocal: false) : all));
        yield return (InterpretationKind.StrongestColor, OfStrongestColor);
        yield return (InterpretationKind.CommonInk, () => OfInk(InkColors.Common(inside.Colors, all, mayTurn: invert == InvertMode.Auto)));
        yield return (InterpretationKind.DarkestInk, () => OfInk(DarkestInk.Find(inside.Colors, all, mayTurn: invert == InvertMode.Auto)));
        if (invert == InvertMode.Auto)
            yield return (InterpretationKind.OtherPolarity, () => WithoutEdges(Measure(all.IsDark ? InvertMode.Never : InvertMode.Always, mayBeLocal: true)));
        yield return (InterpretationKind.ThickStrokes, () => ThickStrokes.Open(all) is { } thick ? WithoutEdges(thick) : null);

        ForegroundMap Measure(InvertMode polarity, bool mayBeLocal) => ForegroundMap.Measure(inside.Colors, polarity, mayBeLocal, MostNoise);

        LocatedPage? OfStrongestColor()
        {
            foreach (var color in InkColors.Separate(inside.Colors, all))
                if (OfInk(color) is { } located) return located;
            return null;
        }

        LocatedPage? OfInk((ForegroundMap Ink, double Threshold)? found) =>
            found is var (ink, threshold) && EdgeInk.Erase(ink, threshold) is { } rest ? Locate(rest, threshold, isFixed: true) : null;

        LocatedPage WithoutEdges(ForegroundMap map)
        {
            var (ink, threshold) = EdgeInk.EraseUnlessAll(map);
            return Locate(ink, threshold);
        }

        LocatedPage Locate(ForegroundMap map, double threshold, bool isFixed = false) => LocatedPage.Of(map, threshold, inside, under, stored, isFixed);
    }

    /// <summary>Returns the interpretations that start from the result of <see cref="InterpretationKind.Usual"/>.</summary>
    /// <param name="usual">Result of <see cref="InterpretationKind.Usual"/>.</param>
    /// <param name="page">The whole downscaled image.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    private static IEnumerable<(InterpretationKind, Func<LocatedPage?>)> OfMark(LocatedPage usual, PageColors page, SKEncodedOrigin stored, ImageOptions options)
    {
        var selection = usual.Selection;
        yield return (InterpretationKind.WithoutUnderline, () => MarkParts.WithoutLines(usual, stored, isUpright: false));
        yield return (InterpretationKind.WithoutLines, () => MarkParts.WithoutLines(usual, stored, isUpright: true));
        yield return (InterpretationKind.WithoutEnclosure, () => Enclosure.Erase(usual) is { } rest ? usual.Reselect(rest, stored) : null);
        if (options.Invert == InvertMode.Auto) yield return (InterpretationKind.OnMark, () => MarkParts.OnMark(usual, page, stored));
        if (options.SeparateTouching) yield break; // MainComponent and NextMark are not needed: all marks of the interpretations above are candidates
        yield return (InterpretationKind.MainComponent, () => selection.Parts > 1 ? MarkParts.Keep(usual, label => label == selection.Main.Label, stored) : null);
        yield return (InterpretationKind.NextMark, () => MarkParts.Keep(usual, label => !selection.Kept[label], stored));
    }

    /// <returns>
    /// The digit that <paramref name="locate"/> located; <c>null</c> if it located none, if the image has no ink, or if the ink cannot be a digit.
    /// </returns>
    private static LocatedPage? Try(Func<LocatedPage?> locate)
    {
        try
        {
            return locate() is { Selection.Error: null } located ? located : null;
        }
        catch (ImageException)
        {
            return null;
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
