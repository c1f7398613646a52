using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Interpretations;
using MnistService.Model.Imaging.Marks;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging;

/// <summary>
/// Decodes an image file and normalizes it to MNIST's format. Stateless and thread-safe. <see cref="DigitNormalizer"/> documents the normalization.
/// </summary>
public static class ImageReader
{
    /// <summary>Reads one image. This takes tens of microseconds for a grayscale 28×28 PNG and milliseconds for a scanned page.</summary>
    /// <param name="bytes">A complete PNG, JPEG, WebP, GIF or BMP file.</param>
    /// <exception cref="ImageException">The image was rejected.</exception>
    public static DigitImage Read(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LocatedDigit digit;
        int finer;
        using (var image = ImageDecoder.Decode(bytes, options))
        {
            if (MnistFrame.TryTake(image.Bitmap, options) is { } pixels) return new DigitImage(ExifOrientation.Upright(pixels, image.Orientation));
            if (options.Normalize == NormalizeMode.Never) return new DigitImage(DigitNormalizer.ScaleWhole(image, options));
            digit = DigitNormalizer.Locate(image, options);
            if (DigitNormalizer.ReductionFor(digit, image, options) is not { } reduction) return new DigitImage(DigitNormalizer.Normalize(image, digit));
            (digit, finer) = (digit.Enlarge(image.Reduction / reduction), reduction);
        }
        using var detailed = ImageDecoder.Decode(bytes, options, finer);
        return new DigitImage(DigitNormalizer.Normalize(detailed, digit));
    }

    /// <summary>Reads an image with one or more digits.</summary>
    /// <param name="bytes">A complete PNG, JPEG, WebP, GIF or BMP file.</param>
    /// <returns>The image as one digit, and the candidates for several digits. An image that is already in MNIST's format has one candidate.</returns>
    /// <exception cref="ImageException">The image was rejected: it is not valid, or it has no ink.</exception>
    public static PageMarks ReadMarks(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LocatedPage page;
        MarkFinder marks;
        LocatedDigit? located;
        WholeDigit? digit;
        (int Digit, int Marks) finer;
        int reduction;
        using (var image = ImageDecoder.Decode(bytes, options))
        {
            if (MnistFrame.TryTake(image.Bitmap, options) is { } pixels) return Whole(ExifOrientation.Upright(pixels, image.Orientation), image);
            if (options.Normalize == NormalizeMode.Never) return Whole(DigitNormalizer.ScaleWhole(image, options), image);
            page = DigitNormalizer.LocatePage(image, options);
            located = page.Selection.Error is null ? page.TakeDigit() : null;
            marks = MarkFinder.Find(page, image);
            reduction = image.Reduction;
            var isWhole = located is not null && marks.IsSingle && !options.SeparateTouching; // the digit is the only candidate, so no other one is drawn
            finer = (located is null ? reduction : DigitNormalizer.ReductionFor(located, image, options) ?? reduction,
                isWhole ? reduction : DigitNormalizer.ReductionFor(marks.LeastHeight / reduction, image, options) ?? reduction);
            digit = finer.Digit < reduction ? null : Normalize(image, located, page.Selection.Error);
            if (digit is not null && finer.Marks >= reduction) return Formed(image);
        }
        // Only one bitmap is in memory at a time.
        if (digit is null)
        {
            using var detailed = ImageDecoder.Decode(bytes, options, finer.Digit);
            digit = Normalize(detailed, located!.Enlarge(reduction / finer.Digit), null);
            if (finer.Marks >= finer.Digit) return Formed(detailed);
        }
        using var forMarks = ImageDecoder.Decode(bytes, options, finer.Marks);
        return Formed(forMarks);

        PageMarks Formed(DecodedImage image) => Form(digit, marks, image, options.SeparateTouching) with { Components = page.Components };
    }

    /// <summary>Reads a doubtful image again, in several ways.</summary>
    /// <param name="bytes">A complete PNG, JPEG, WebP, GIF or BMP file.</param>
    /// <returns>
    /// The interpretations with a digit. Their candidates are not cut where digits may touch; without <see cref="ImageOptions.SeparateTouching"/>, there are none.
    /// </returns>
    /// <exception cref="ImageException">The image is not valid.</exception>
    public static IReadOnlyList<PageInterpretation> ReadInterpretations(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Normalize == NormalizeMode.Never) return [];
        List<LocatedInterpretation> found;
        int reduction, finer;
        using (var image = ImageDecoder.Decode(bytes, options))
        {
            var all = PageInterpretations.Of(image, options).Select(each => new LocatedInterpretation(each.Kind, each.Page.TakeDigit(), each.Page.Components, each.Page.Selection.Parts,
                options.SeparateTouching ? MarkFinder.Find(each.Page, image) : null));
            reduction = image.Reduction;
            if (reduction == 1) return [.. all.Select(each => Interpret(each, image)).OfType<PageInterpretation>()]; // one at a time: each can hold the planes of the page
            found = [.. all];
            finer = found.Where(each => each.Kind != InterpretationKind.NextMark) // it can be a speck, for which no photo should be decoded in full
                .Min(each => DigitNormalizer.ReductionFor(each.Digit, image, options)) ?? reduction;
            if (finer == reduction) return InterpretAll(image);
        }
        using var detailed = ImageDecoder.Decode(bytes, options, finer);
        return InterpretAll(detailed);

        List<PageInterpretation> InterpretAll(DecodedImage image) => [.. found.Select(each => Interpret(each, image)).OfType<PageInterpretation>()];

        PageInterpretation? Interpret(LocatedInterpretation each, DecodedImage image)
        {
            var whole = Normalize(image, each.Digit.Enlarge(reduction / image.Reduction), null);
            if (whole.Image is null) return null;
            var read = each.Marks is { } marks ? Form(whole, marks, image, cut: false) : new PageMarks(whole.Image, null, [], [], each.Components - each.Parts) { DigitBox = whole.Box };
            return new(each.Kind, read with { Components = each.Components });
        }
    }

    /// <summary>Normalizes the image as one digit. A page of several digits may have no legible single digit.</summary>
    private static WholeDigit Normalize(DecodedImage image, LocatedDigit? located, ImageException? rejection)
    {
        if (located is null) return new(null, null, rejection);
        try
        {
            var (box, block) = (located.Digit.Bounds.Move(located.Sheet.Left, located.Sheet.Top), located.Block);
            var stored = new Box(box.Left * block, box.Top * block, box.Right * block, box.Bottom * block);
            return new(new DigitImage(DigitNormalizer.Normalize(image, located)), PlanePlacement.ToUpright(stored, image), null);
        }
        catch (ImageException e)
        {
            return new(null, null, e);
        }
    }

    private static PageMarks Form(WholeDigit digit, MarkFinder marks, DecodedImage image, bool cut)
    {
        var (lines, candidates) = marks.Form(image, digit.Image, cut);
        return new(digit.Image, digit.Rejection, lines, candidates, marks.Ignored) { DigitBox = digit.Box };
    }

    /// <summary>Returns an image that was not segmented: its only candidate is the whole image.</summary>
    private static PageMarks Whole(byte[] pixels, DecodedImage image)
    {
        var (width, height) = ExifOrientation.UprightSize(image.FileWidth, image.FileHeight, image.Orientation);
        var (digit, box) = (new DigitImage(pixels), new PixelBox(0, 0, width, height));
        return new(digit, null, [1], [new(digit, box, 0, 0, 1, MarkShape.Typical)], 0) { DigitBox = box };
    }

    /// <summary>An interpretation of a page before its digit is normalized.</summary>
    /// <param name="Components">Number of connected components of ink on the page.</param>
    /// <param name="Parts">Number of these components that belong to the digit.</param>
    /// <param name="Marks">The marks, if all digits are asked for.</param>
    private sealed record LocatedInterpretation(InterpretationKind Kind, LocatedDigit Digit, int Components, int Parts, MarkFinder? Marks);

    /// <summary>The image, normalized as one digit, with the bounding box of its ink, or the reason why that is not possible.</summary>
    private sealed record WholeDigit(DigitImage? Image, PixelBox? Box, ImageException? Rejection);

    /// <summary>Estimates the time and the memory that decoding in <see cref="Read"/> takes, from the image's header.</summary>
    public static DecodeCost EstimateCost(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ImageHeader.Estimate(bytes, options);
    }
}

/// <summary>Estimated cost of decoding an image. All values are 0 if decoding fails at once, because the header is unknown or declares too many pixels.</summary>
/// <param name="Pixels">Width × height that the header declares.</param>
/// <param name="Work">Time, as the number of pixels of a PNG whose decoding takes as long. Further decodings of a JPEG with small digits, and the forming of candidates, are not included.</param>
/// <param name="Memory">Maximum memory in bytes: the decoded pixels, buffers and copies of the file, and the planes of the downscaled image.</param>
/// <param name="Planes">The part of <paramref name="Memory"/> for the planes of the downscaled image.</param>
public readonly record struct DecodeCost(long Pixels, long Work, long Memory, long Planes)
{
    /// <summary>Returns the cost with the memory of <see cref="ImageReader.ReadInterpretations"/> for the same image.</summary>
    public DecodeCost ForInterpretations() => this with { Memory = Memory + Planes };
}
