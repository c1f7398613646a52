using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Interpretations;
using MnistService.Model.Imaging.Marks;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging;

/// <summary>
/// Decodes an image file and normalizes it to MNIST's format. Stateless and thread-safe. <see cref="DigitNormalizer"/> documents the steps of the
/// normalization.
/// </summary>
public static class ImageReader
{
    /// <summary>Reads an image of one digit. This takes tens of microseconds for a grayscale 28×28 PNG and milliseconds for a scanned page.</summary>
    /// <param name="bytes">A complete PNG, JPEG, WebP, GIF or BMP file.</param>
    /// <exception cref="ImageException">The image was rejected: <see cref="ImageError"/> lists the reasons.</exception>
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
    /// <returns>
    /// The image, normalized as one digit, and the candidates for several digits. An image has a single candidate if it already has MNIST's format, or if
    /// <see cref="NormalizeMode.Never"/> is set.
    /// </returns>
    /// <exception cref="ImageException">The file is not a valid image, the image's size is outside the limits, or the image has no ink.</exception>
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
            var isWhole = located is not null && marks.IsSingle && !options.SeparateTouching; // the digit is the only candidate, so no others are formed
            finer = (located is null ? reduction : DigitNormalizer.ReductionFor(located, image, options) ?? reduction,
                isWhole ? reduction : DigitNormalizer.ReductionFor(marks.LeastHeight / reduction, image, options) ?? reduction);
            digit = finer.Digit < reduction ? null : Normalize(image, located, page.Selection.Error);
            if (digit is not null && finer.Marks >= reduction) return Formed(image);
        }
        // The bitmap was disposed above, so that only one bitmap is in memory at a time.
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

    /// <summary>
    /// Reads an image again with several interpretations (<see cref="InterpretationKind"/>), which decide differently which pixels are ink. Used if the first
    /// reading rejected the image's ink or gave a doubtful result (<see cref="Reading.ClassifiedMarks.IsDoubtful(bool)"/>).
    /// </summary>
    /// <param name="bytes">A complete PNG, JPEG, WebP, GIF or BMP file.</param>
    /// <returns>
    /// The interpretations in which a digit was located; empty for <see cref="NormalizeMode.Never"/>. <see cref="PageMarks.Candidates"/> is empty unless
    /// <see cref="ImageOptions.SeparateTouching"/> is true. Touching digits are not cut.
    /// </returns>
    /// <exception cref="ImageException">The file is not a valid image, or the image's size is outside the limits.</exception>
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
            // The interpretations are evaluated one at a time, because each interpretation can hold planes of the whole image.
            if (reduction == 1) return [.. all.Select(each => Interpret(each, image)).OfType<PageInterpretation>()];
            found = [.. all];
            finer = found.Where(each => each.Kind != InterpretationKind.NextMark) // NextMark can be a speck, which is no reason to decode a photo in full
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

    /// <summary>Normalizes the image as one digit, or returns the reason why this is not possible.</summary>
    /// <param name="located">The located digit; <c>null</c> if the ink cannot be a single digit.</param>
    /// <param name="rejection">Reason why <paramref name="located"/> is <c>null</c>.</param>
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

    /// <summary>Returns the result for an image that is used as a whole, without locating a digit. Its only candidate is the whole image.</summary>
    /// <param name="pixels">784 bytes, row-major, in MNIST's format and in upright orientation.</param>
    private static PageMarks Whole(byte[] pixels, DecodedImage image)
    {
        var (width, height) = ExifOrientation.UprightSize(image.FileWidth, image.FileHeight, image.Orientation);
        var (digit, box) = (new DigitImage(pixels), new PixelBox(0, 0, width, height));
        return new(digit, null, [1], [new(digit, box, 0, 0, 1, MarkShape.Typical)], 0) { DigitBox = box };
    }

    /// <summary>An interpretation whose digit was located but is not normalized yet.</summary>
    /// <param name="Components">Number of connected components of ink in the interpretation.</param>
    /// <param name="Parts">Number of connected components that belong to the digit.</param>
    /// <param name="Marks">
    /// The marks of the image, from which candidates for several digits are formed; <c>null</c> unless <see cref="ImageOptions.SeparateTouching"/> is true.
    /// </param>
    private sealed record LocatedInterpretation(InterpretationKind Kind, LocatedDigit Digit, int Components, int Parts, MarkFinder? Marks);

    /// <summary>Result of normalizing the image as one digit: the digit and the bounding box of its ink, or the reason why this is not possible.</summary>
    private sealed record WholeDigit(DigitImage? Image, PixelBox? Box, ImageException? Rejection);

    /// <summary>
    /// Estimates the time for decoding an image, and the memory for <see cref="Read"/> or <see cref="ReadMarks"/>, without decoding the image.
    /// </summary>
    public static DecodeCost EstimateCost(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ImageHeader.Estimate(bytes, options);
    }
}

/// <summary>
/// Estimated cost of decoding an image. All values are 0 if the header is not recognized or declares more pixels than the limit, because decoding then fails at
/// once.
/// </summary>
/// <param name="Pixels">Width × height in pixels that the header declares.</param>
/// <param name="Work">
/// Decoding time, expressed as the number of pixels of a PNG that takes the same time to decode. Excludes the second decoding of a JPEG with small digits, and
/// the time to form candidates for digits.
/// </param>
/// <param name="Memory">Maximum memory in bytes: the decoded pixels, buffers and copies of the file, and <paramref name="Planes"/>.</param>
/// <param name="Planes">
/// Memory in bytes for planes (arrays with one value per pixel): the planes of the downscaled image, and the planes of a line of text with small digits, whose
/// ink is measured again at a higher resolution.
/// </param>
public readonly record struct DecodeCost(long Pixels, long Work, long Memory, long Planes)
{
    /// <summary>
    /// Returns the same cost with the memory for <see cref="ImageReader.ReadInterpretations"/>, which needs twice as much memory for planes (arrays with one
    /// value per pixel).
    /// </summary>
    public DecodeCost ForInterpretations() => this with { Memory = Memory + Planes };
}
