using MnistService.Model.Imaging.Decoding;
using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Normalizes an image of one handwritten digit to MNIST's format. Each step is a separate class:
/// <list type="number">
/// <item><see cref="Transparency"/> chooses the background behind transparent pixels: white, or black if light ink is on transparent paper.</item>
/// <item><see cref="PageColors"/> downscales a large image by block averaging.</item>
/// <item><see cref="Sheet"/> crops the image to the sheet of paper, without frames, bars, windows and scanner edges. If a box or circle is drawn around the
/// digit, the sheet is the paper inside. <see cref="FlatRegions"/> and <see cref="SheetShape"/> find the candidates for the sheet.</item>
/// <item><see cref="BackgroundModel"/> fits the paper's color as a smooth surface, so that gray paper, a vignette and a soft shadow count as paper.</item>
/// <item><see cref="ForegroundMap"/> measures the ink of each pixel: the difference from the paper in the color channel with the largest difference, so that
/// yellow on white is ink. Ink is darker or lighter than the paper. The polarity with more ink is chosen, unless the options set the polarity.</item>
/// <item><see cref="CastShadow"/> replaces the smooth surface by a local median if the image probably has a hard shadow: long runs of ink cover more than 8 %
/// of the border.</item>
/// <item><see cref="LineRemoval"/> erases the ruled lines, the lines of squared paper and the frames that <see cref="StraightLines"/> traces. Strokes that
/// cross a line are kept.</item>
/// <item><see cref="Surroundings"/> removes underlines, lines above the digit, brackets, and open boxes and circles.</item>
/// <item><see cref="DigitSegmentation"/> selects the connected components of the digit, without specks and distant components. On a large image, the
/// segmentation is repeated on the digit's region at a higher resolution.</item>
/// <item><see cref="Strokes"/> redraws the digit at a fixed size with a stroke width in MNIST's range. Without this step, a stroke of 2 pixels in a large image
/// would vanish in the 28×28 image, and the stroke of a marker would fill the digit's loops.</item>
/// <item><see cref="ExifOrientation"/> rotates or mirrors the digit to upright, according to the EXIF orientation.</item>
/// <item><see cref="FrameFitting"/> scales the longer side of the digit to 20 pixels by area averaging, moves the center of mass to pixel (14, 14) of the 28×28
/// frame, and scales the values so that the maximum is 255.</item>
/// </list>
/// </summary>
internal static class DigitNormalizer
{
    /// <summary>
    /// Maximum length in pixels of the longer side of an image for segmentation. Larger images are downscaled. For example, an image of 5,000×5,000 pixels is
    /// downscaled by a factor of 7, so that a digit with a height of 20 pixels becomes about 3 pixels high.
    /// </summary>
    private const int PageSide = 800;

    /// <summary>
    /// Maximum length in pixels of the longer side for segmentation, for a JPEG that was decoded at a reduced size. The longer side of such a bitmap has at
    /// least 800 pixels. Images are downscaled by an integer factor, so a limit of 800 pixels would halve an image of 801 to 1,200 pixels.
    /// </summary>
    internal const int ReducedPageSide = 1200;

    /// <summary>
    /// The digit's region (the bounding box and a margin) can be segmented again at a higher resolution. The region is then downscaled so that its longer side
    /// has at most this number of pixels.
    /// </summary>
    private const int CloseSide = 320;

    /// <summary>
    /// If the longer side of a digit in a JPEG that was decoded at a reduced size has fewer pixels than this, the JPEG is decoded again at a larger size. The
    /// limit is the size at which <see cref="Strokes"/> redraws the digit, 120 pixels.
    /// </summary>
    private const int DetailedSide = 120;

    /// <summary>Scales the whole image to 28×28, without locating a digit.</summary>
    /// <returns>784 bytes, row-major, upright. The digit is not moved to the center.</returns>
    /// <exception cref="ImageException">The image has no ink: its brightness varies by less than 8 gray levels.</exception>
    public static byte[] ScaleWhole(DecodedImage image, ImageOptions options) => ExifOrientation.Upright(
        WholeImage.Scale(PageColors.Take(image.Bitmap, Whole(image.Bitmap), PageSide, Transparency.Under(image.Bitmap)), options.Invert), image.Orientation);

    /// <summary>Downscales a decoded image and locates the digit in the downscaled image.</summary>
    /// <exception cref="ImageException">The image has no ink except noise and specks, or the ink is more than 20 times as wide as high.</exception>
    public static LocatedDigit Locate(DecodedImage image, ImageOptions options) => LocatePage(image, options).TakeDigit();

    /// <summary>
    /// Finds the sheet of paper in the downscaled image, removes ruled lines from the ink on the sheet, and selects the components of the digit.
    /// </summary>
    /// <exception cref="ImageException">The image has no ink: no pixel differs enough from the paper.</exception>
    public static LocatedPage LocatePage(DecodedImage image, ImageOptions options)
    {
        var under = Transparency.Under(image.Bitmap);
        return LocatePage(image, Downscale(image, under), under, options);
    }

    /// <param name="image">The decoded image.</param>
    /// <param name="page">The downscaled image: the result of <see cref="Downscale"/> for <paramref name="image"/>.</param>
    /// <param name="under">Background behind transparent pixels: 255 white, 0 black.</param>
    /// <inheritdoc cref="LocatePage(DecodedImage, ImageOptions)"/>
    public static LocatedPage LocatePage(DecodedImage image, PageColors page, byte under, ImageOptions options)
    {
        var sheet = Sheet.Find(page);
        while (true)
        {
            var ink = ForegroundMap.Measure(sheet.Colors, options.Invert);
            var located = LocatedPage.Of(ink, DigitSegmentation.Threshold(ink), sheet, under, image.Orientation);
            var digit = located.Selection;
            if (digit.Error is not null || digit.Parts < 2 || Sheet.FindInside(sheet, digit.Bounds) is not { } inner) return located;
            sheet = inner;
        }
    }

    /// <summary>Downscales a whole image for segmentation.</summary>
    /// <param name="under">Background behind transparent pixels: 255 white, 0 black.</param>
    public static PageColors Downscale(DecodedImage image, byte under) =>
        PageColors.Take(image.Bitmap, Whole(image.Bitmap), image.Reduction > 1 ? ReducedPageSide : PageSide, under);

    /// <returns>
    /// Smaller reduction (pixels of the file per pixel of the bitmap, per side) at which the JPEG must be decoded again because the digit is too small.
    /// <c>null</c> if the digit is large enough, if the image was decoded at full size, or if a larger bitmap would exceed
    /// <see cref="ImageOptions.MaxPixels"/>.
    /// </returns>
    public static int? ReductionFor(LocatedDigit located, DecodedImage image, ImageOptions options) => ReductionFor(located.Digit.Bounds.LongSide * located.Block, image, options);

    /// <param name="side">Longer side of the digit in pixels of <paramref name="image"/>.</param>
    /// <inheritdoc cref="ReductionFor(LocatedDigit, DecodedImage, ImageOptions)"/>
    public static int? ReductionFor(int side, DecodedImage image, ImageOptions options)
    {
        var (reduction, pixels) = (image.Reduction, (long)image.Bitmap.Width * image.Bitmap.Height);
        for (; reduction > 1 && side < DetailedSide && 4 * pixels <= options.MaxPixels; pixels *= 4) (reduction, side) = (reduction / 2, side * 2);
        return reduction < image.Reduction ? reduction : null;
    }

    /// <summary>
    /// Normalizes a located digit. The digit's region (the bounding box and a margin) is segmented again if the region needs less downscaling than the whole
    /// image.
    /// </summary>
    /// <param name="image">The decoded image.</param>
    /// <param name="located">
    /// The digit. If <paramref name="image"/> is larger than the bitmap in which the digit was located, call <see cref="LocatedDigit.Enlarge"/> first.
    /// </param>
    /// <returns>784 bytes, row-major, in MNIST's format.</returns>
    /// <exception cref="ImageException">
    /// The segmentation at the higher resolution finds no ink except noise and specks, or ink that is more than 20 times as wide as high.
    /// </exception>
    public static byte[] Normalize(DecodedImage image, LocatedDigit located)
    {
        var page = image.Bitmap;
        var digit = located.Digit;
        var part = Magnify(located, page);
        if (PageColors.BlockFor(part, CloseSide) < located.Block)
        {
            var colors = PageColors.Take(page, part, CloseSide, located.Under);
            // Keep the polarity of the whole image, because ink may cover more of this region than paper.
            var ink = ForegroundMap.Measure(colors, located.IsDark ? InvertMode.Always : InvertMode.Never, located.IsLocal, located.MostNoise);
            EraseOthers(ink.Ink, part, colors.Block, located);
            digit = DigitSegmentation.Find(ink, DigitSegmentation.Threshold(ink), image.Orientation);
        }
        return FrameFitting.Fit(ExifOrientation.Upright(Strokes.Draw(digit), image.Orientation));
    }

    /// <summary>
    /// Erases ink that does not belong to the digit: other marks, lines, and ink outside the sheet of paper. The digit was located in the downscaled image. Ink
    /// that is more than one pixel of the downscaled image away from this digit is erased.
    /// </summary>
    /// <param name="ink">Ink of the digit's region at the higher resolution. Modified in place.</param>
    /// <param name="part">The digit's region (the bounding box and a margin) in pixels of the decoded image.</param>
    /// <param name="block">Pixels of the decoded image per pixel of <paramref name="ink"/>, per side.</param>
    private static void EraseOthers(Plane ink, Box part, int block, LocatedDigit located)
    {
        var (digit, origin) = (located.Digit.Ink, located.Digit.Part.Move(located.Sheet.Left, located.Sheet.Top));
        var (near, nearRow) = (new bool[ink.Width], -2); // near[x]: whether the located digit has ink within one pixel of its row nearRow, at column x of ink
        for (var y = 0; y < ink.Height; y++)
        {
            var row = (part.Top + y * block) / located.Block - origin.Top;
            if (row != nearRow || y == 0)
            {
                for (var x = 0; x < ink.Width; x++) near[x] = IsNear(row, (part.Left + x * block) / located.Block - origin.Left);
                nearRow = row;
            }
            var values = ink.Row(y);
            for (var x = 0; x < values.Length; x++)
                if (!near[x]) values[x] = 0;
        }

        bool IsNear(int row, int column)
        {
            for (var y = Math.Max(0, row - 1); y <= Math.Min(digit.Height - 1, row + 1); y++)
                for (var x = Math.Max(0, column - 1); x <= Math.Min(digit.Width - 1, column + 1); x++)
                    if (digit[x, y] > 0) return true;
            return false;
        }
    }

    private static Box Whole(Bitmap page) => new(0, 0, page.Width, page.Height);

    /// <summary>
    /// Returns the digit's region in pixels of the decoded image: the bounding box of the digit, enlarged on each side and clipped to the sheet of paper. The
    /// margin gives the background model enough paper.
    /// </summary>
    private static Box Magnify(LocatedDigit located, Bitmap page)
    {
        var (found, block) = (located.Digit.Bounds.Move(located.Sheet.Left, located.Sheet.Top), located.Block);
        var part = new Box(found.Left * block, found.Top * block, found.Right * block, found.Bottom * block)
            .Grow(found.LongSide * block / 2 + 2 * block, page.Width, page.Height);
        var sheet = located.Sheet;
        return new(Math.Max(part.Left, sheet.Left * block), Math.Max(part.Top, sheet.Top * block), Math.Min(part.Right, sheet.Right * block), Math.Min(part.Bottom, sheet.Bottom * block));
    }
}

/// <summary>The ink of a downscaled image after ruled lines were removed, and the connected components that belong to the digit.</summary>
/// <param name="Ink">Foreground map of the sheet of paper, without ruled lines.</param>
/// <param name="Threshold">Pixels whose ink exceeds this number of gray levels belong to a stroke.</param>
/// <param name="Selection">The connected components of the ink, and which of these components belong to the digit.</param>
/// <param name="Sheet">The sheet of paper that the digit is written on, which is a part of the image.</param>
/// <param name="Under">Background behind transparent pixels: 255 white, 0 black.</param>
internal sealed record LocatedPage(ForegroundMap Ink, double Threshold, DigitSelection Selection, Sheet Sheet, byte Under)
{
    /// <summary>Removes ruled lines from the ink and selects the components of the digit.</summary>
    /// <param name="ink">Foreground map of the sheet.</param>
    /// <param name="threshold">Pixels whose ink exceeds this number of gray levels belong to a stroke.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <param name="isFixed">
    /// Whether to keep <paramref name="threshold"/>, for example one that was computed for a single ink color. If <c>false</c> and lines were removed, the
    /// threshold is computed again from the remaining ink.
    /// </param>
    /// <exception cref="ImageException">No pixel is above the threshold.</exception>
    public static LocatedPage Of(ForegroundMap ink, double threshold, Sheet sheet, byte under, SKEncodedOrigin stored, bool isFixed = false)
    {
        var strokes = LineRemoval.Remove(ink.Ink, threshold, ink.Faintest);
        if (strokes != ink.Ink)
        {
            ink = ink with { Ink = strokes };
            if (!isFixed) threshold = DigitSegmentation.Threshold(ink);
        }
        return new(ink, threshold, DigitSegmentation.Select(ink, threshold, stored), sheet, under);
    }

    /// <summary>
    /// Returns a copy with the given ink, in which the components of the digit are selected again. The threshold stays the same, and no lines are removed.
    /// </summary>
    /// <param name="ink">Ink in gray levels. The plane has the size of the sheet.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <exception cref="ImageException">No pixel is above the threshold.</exception>
    public LocatedPage Reselect(Plane ink, SKEncodedOrigin stored)
    {
        var map = Ink with { Ink = ink };
        return this with { Ink = map, Selection = DigitSegmentation.Select(map, Threshold, stored) };
    }

    /// <summary>Number of connected components of ink on the sheet.</summary>
    public int Components => Selection.Found.Parts.Count;

    /// <summary>Copies the ink of the selected digit.</summary>
    /// <exception cref="ImageException">
    /// The ink consists only of specks, or is more than 20 times as wide as high (<see cref="DigitSelection.Error"/>).
    /// </exception>
    public LocatedDigit TakeDigit() => new(Ink.IsDark, Ink.IsLocal, Ink.MostNoise, Sheet.Bounds, DigitSegmentation.Cut(Ink.Ink, Selection), Sheet.Colors.Block, Under);
}

/// <summary>A digit that was located in a downscaled image.</summary>
/// <param name="IsDark">Polarity: <c>true</c> if ink is darker than the paper.</param>
/// <param name="IsLocal">Whether the brightness of the paper was measured locally (<see cref="CastShadow"/>), because the image has a hard shadow.</param>
/// <param name="MostNoise">
/// Maximum noise of the paper in gray levels: <see cref="ForegroundMap.Measure"/> replaces a higher measured noise by this value.
/// </param>
/// <param name="Sheet">Bounding box of the sheet of paper that the digit is written on, in pixels of the downscaled image.</param>
/// <param name="Digit">The digit. Its coordinates are pixels of the downscaled image, relative to <paramref name="Sheet"/>.</param>
/// <param name="Block">Pixels of the decoded image per pixel of the downscaled image, per side.</param>
/// <param name="Under">Background behind transparent pixels: 255 white, 0 black.</param>
internal sealed record LocatedDigit(bool IsDark, bool IsLocal, double MostNoise, Box Sheet, FoundDigit Digit, int Block, byte Under)
{
    /// <summary>Returns a copy of the digit for a larger bitmap of the same image: multiplies <see cref="Block"/> by <paramref name="times"/>.</summary>
    /// <param name="times">Number of pixels of the larger bitmap per pixel of the current bitmap, per side.</param>
    public LocatedDigit Enlarge(int times) => this with { Block = Block * times };
}
