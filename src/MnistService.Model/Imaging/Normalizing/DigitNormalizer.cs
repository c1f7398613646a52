using MnistService.Model.Imaging.Decoding;
using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Normalizes an image of one handwritten digit to MNIST's format. Each step is a separate class:
/// <list type="number">
/// <item><see cref="Transparency"/> replaces transparent pixels by white, or by black if the ink is light.</item>
/// <item><see cref="PageColors"/> downscales a large image by block averaging.</item>
/// <item><see cref="Sheet"/> cuts the image to the paper: it leaves out frames, bars, windows and scanner edges. If a box or circle is drawn around the digit,
/// it cuts the image to the paper inside. <see cref="FlatRegions"/> and <see cref="SheetShape"/> find the candidates.</item>
/// <item><see cref="BackgroundModel"/> fits the paper's color as a smooth surface, so that gray paper, a vignette and a soft shadow count as paper.</item>
/// <item><see cref="ForegroundMap"/> computes the foreground map. Ink is the distance from the paper in the channel with the largest distance, so that
/// yellow on white is ink. Ink is darker or lighter than the paper; unless the options say which, the polarity with more ink is chosen.</item>
/// <item><see cref="CastShadow"/> replaces the smooth surface by a local median if more than 8 % of the border pixels look like ink.</item>
/// <item><see cref="LineRemoval"/> erases ruled lines and squares that <see cref="StraightLines"/> traces, and keeps the strokes that cross them.</item>
/// <item><see cref="Surroundings"/> drops underlines, brackets and open frames.</item>
/// <item><see cref="DigitSegmentation"/> keeps the connected components of the digit, and drops specks and distant components. On a large image, the
/// segmentation is repeated on the digit's region at a higher resolution.</item>
/// <item><see cref="Strokes"/> redraws the digit at a fixed size with a stroke width in MNIST's range. Otherwise a line of 2 pixels in a large image would
/// vanish, and a marker would fill the digit's loops.</item>
/// <item><see cref="ExifOrientation"/> applies the EXIF orientation.</item>
/// <item><see cref="FrameFitting"/> scales the longer side of the digit to 20 pixels by area averaging. The center of mass is at pixel (14, 14) of 28×28, and
/// the maximum is 255.</item>
/// </list>
/// </summary>
internal static class DigitNormalizer
{
    /// <summary>
    /// Maximum length in pixels of the longer side for segmentation; larger images are downscaled. At this resolution, a digit with a height of 20 pixels in an
    /// image with a height of 5,000 pixels is still found.
    /// </summary>
    private const int PageSide = 800;

    /// <summary>
    /// Maximum length in pixels of the longer side for segmentation, if the image was decoded at a reduced size. Such an image has a longer side of at least
    /// 800 pixels, and downscaling it to 800 would lose too much detail.
    /// </summary>
    internal const int ReducedPageSide = 1200;

    /// <summary>Maximum length in pixels of the longer side of the digit's region for the second segmentation, which uses a higher resolution.</summary>
    private const int CloseSide = 320;

    /// <summary>
    /// Minimum length in pixels of the longer side of a digit in a JPEG that was decoded at a reduced size. A smaller digit is decoded again with more
    /// detail, because <see cref="Strokes"/> redraws the digit with 120 pixels.
    /// </summary>
    private const int DetailedSide = 120;

    /// <summary>Scales the whole image to 28×28, without locating a digit.</summary>
    /// <returns>784 bytes, row-major, in MNIST's format.</returns>
    /// <exception cref="ImageException">The image has no ink.</exception>
    public static byte[] ScaleWhole(DecodedImage image, ImageOptions options) => ExifOrientation.Upright(
        WholeImage.Scale(PageColors.Take(image.Bitmap, Whole(image.Bitmap), PageSide, Transparency.Under(image.Bitmap)), options.Invert), image.Orientation);

    /// <summary>Locates the digit in a decoded image, which is downscaled for this step.</summary>
    /// <exception cref="ImageException">The image has no ink, or the ink is more than 20 times as wide as high.</exception>
    public static LocatedDigit Locate(DecodedImage image, ImageOptions options) => LocatePage(image, options).TakeDigit();

    /// <summary>Finds the sheet of a decoded image, which is downscaled for this step, and measures the ink on the sheet without lines.</summary>
    /// <exception cref="ImageException">The image has no ink.</exception>
    public static LocatedPage LocatePage(DecodedImage image, ImageOptions options)
    {
        var under = Transparency.Under(image.Bitmap);
        return LocatePage(image, Downscale(image, under), under, options);
    }

    /// <param name="image">The decoded image.</param>
    /// <param name="page">Result of <see cref="Downscale"/>.</param>
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
    /// The smaller reduction at which the JPEG must be decoded again, because the digit is too small in the reduced image; <c>null</c> if the detail suffices
    /// or the image is not reduced.
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

    /// <param name="image">The decoded image.</param>
    /// <param name="located">The digit, in pixels of <paramref name="image"/>.</param>
    /// <returns>784 bytes, row-major, in MNIST's format.</returns>
    /// <exception cref="ImageException">The ink is more than 20 times as wide as high.</exception>
    public static byte[] Normalize(DecodedImage image, LocatedDigit located)
    {
        var page = image.Bitmap;
        var digit = located.Digit;
        var part = Magnify(located, page);
        if (PageColors.BlockFor(part, CloseSide) < located.Block)
        {
            var colors = PageColors.Take(page, part, CloseSide, located.Under);
            // Keep the polarity of the whole page: in the region ink may cover more area than paper.
            var ink = ForegroundMap.Measure(colors, located.IsDark ? InvertMode.Always : InvertMode.Never, located.IsLocal, located.MostNoise);
            EraseOthers(ink.Ink, part, colors.Block, located);
            digit = DigitSegmentation.Find(ink, DigitSegmentation.Threshold(ink), image.Orientation);
        }
        return FrameFitting.Fit(ExifOrientation.Upright(Strokes.Draw(digit), image.Orientation));
    }

    /// <summary>Erases the ink that is not near the digit: other marks, lines and the surroundings of the sheet, which the first segmentation excluded.</summary>
    private static void EraseOthers(Plane ink, Box part, int block, LocatedDigit located)
    {
        var (digit, origin) = (located.Digit.Ink, located.Digit.Part.Move(located.Sheet.Left, located.Sheet.Top));
        var (near, nearRow) = (new bool[ink.Width], -2); // whether each column is near the digit, for a row of the digit
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

    /// <summary>Converts the digit's box to page coordinates and adds a margin of paper for the background model, but nothing outside of the sheet.</summary>
    private static Box Magnify(LocatedDigit located, Bitmap page)
    {
        var (found, block) = (located.Digit.Bounds.Move(located.Sheet.Left, located.Sheet.Top), located.Block);
        var part = new Box(found.Left * block, found.Top * block, found.Right * block, found.Bottom * block)
            .Grow(found.LongSide * block / 2 + 2 * block, page.Width, page.Height);
        var sheet = located.Sheet;
        return new(Math.Max(part.Left, sheet.Left * block), Math.Max(part.Top, sheet.Top * block), Math.Min(part.Right, sheet.Right * block), Math.Min(part.Bottom, sheet.Bottom * block));
    }
}

/// <summary>The ink of a downscaled image, without lines.</summary>
/// <param name="Ink">Foreground map of the sheet.</param>
/// <param name="Threshold">Threshold of <see cref="DigitSegmentation.Threshold"/>.</param>
/// <param name="Selection">The components of the page, and which of them belong to the digit.</param>
/// <param name="Sheet">The region that is written on.</param>
/// <param name="Under">Background behind transparent pixels: 255 white, 0 black.</param>
internal sealed record LocatedPage(ForegroundMap Ink, double Threshold, DigitSelection Selection, Sheet Sheet, byte Under)
{
    /// <summary>Removes lines from the ink and selects the components of the digit.</summary>
    /// <param name="ink">The ink of the sheet.</param>
    /// <param name="threshold">Pixels with more ink, in gray levels, belong to a stroke.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <param name="isFixed">Whether the threshold belongs to a color. Otherwise, it is computed again if lines are removed.</param>
    /// <exception cref="ImageException">Only lines have ink.</exception>
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

    /// <summary>Selects the components of the digit in other ink of the same page. No lines are removed.</summary>
    /// <param name="ink">Ink in gray levels; the size of the sheet.</param>
    /// <param name="stored">EXIF orientation of the image.</param>
    /// <exception cref="ImageException">No pixel is above the threshold.</exception>
    public LocatedPage Reselect(Plane ink, SKEncodedOrigin stored)
    {
        var map = Ink with { Ink = ink };
        return this with { Ink = map, Selection = DigitSegmentation.Select(map, Threshold, stored) };
    }

    /// <summary>Number of connected components of ink.</summary>
    public int Components => Selection.Found.Parts.Count;

    /// <exception cref="ImageException">The page has no legible digit.</exception>
    public LocatedDigit TakeDigit() => new(Ink.IsDark, Ink.IsLocal, Ink.MostNoise, Sheet.Bounds, DigitSegmentation.Cut(Ink.Ink, Selection), Sheet.Colors.Block, Under);
}

/// <summary>A digit that was located in a downscaled image.</summary>
/// <param name="IsDark">Polarity: <c>true</c> if ink is darker than the paper.</param>
/// <param name="IsLocal">Whether the paper was measured locally, because the page has a hard shadow.</param>
/// <param name="MostNoise">Limit of the paper's noise in gray levels.</param>
/// <param name="Sheet">Bounding box of the sheet, the region that the digit is written on, in pixels of the downscaled image.</param>
/// <param name="Digit">The digit, in pixels of the sheet.</param>
/// <param name="Block">Pixels of the decoded image per pixel of the downscaled image, per side.</param>
/// <param name="Under">Background behind transparent pixels: 255 white, 0 black.</param>
internal sealed record LocatedDigit(bool IsDark, bool IsLocal, double MostNoise, Box Sheet, FoundDigit Digit, int Block, byte Under)
{
    /// <summary>Returns the same digit for an image with <paramref name="times"/> as many pixels per side.</summary>
    public LocatedDigit Enlarge(int times) => this with { Block = Block * times };
}
