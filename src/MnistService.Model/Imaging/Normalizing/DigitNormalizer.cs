using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Normalizes an image of one handwritten digit to MNIST's format. Each step is a separate class:
/// <list type="number">
/// <item><see cref="Transparency"/> replaces transparent pixels by white, or by black if the ink is light.</item>
/// <item><see cref="PageColors"/> downscales a large image by block averaging.</item>
/// <item><see cref="BackgroundModel"/> fits the paper's color as a smooth surface, so that gray paper, a vignette and a soft shadow count as paper.</item>
/// <item><see cref="ForegroundMap"/> computes the foreground map. Ink is the distance from the paper in the channel with the largest distance, so that
/// yellow on white is ink. Ink is darker or lighter than the paper; unless the options say which, the polarity with more ink is chosen.</item>
/// <item><see cref="CastShadow"/> replaces the smooth surface by a local median if more than 8 % of the border pixels look like ink.</item>
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

    /// <summary>Maximum length in pixels of the longer side of the digit's region for the second segmentation, which uses a higher resolution.</summary>
    private const int CloseSide = 320;

    /// <returns>784 bytes, row-major, in MNIST's format.</returns>
    /// <exception cref="ImageException">The image has no ink, or the ink is more than 20 times as wide as high.</exception>
    public static byte[] Normalize(DecodedImage picture, ImageOptions options)
    {
        var page = picture.Bitmap;
        var under = Transparency.Under(page);
        var whole = new Box(0, 0, page.Width, page.Height);
        if (options.Normalize == NormalizeMode.Never)
            return ExifOrientation.Upright(WholeImage.Scale(PageColors.Take(page, whole, PageSide, under), options.Invert), picture.Orientation);

        var ink = ForegroundMap.Measure(PageColors.Take(page, whole, PageSide, under), options.Invert);
        var digit = DigitSegmentation.Find(ink);
        var part = Magnify(digit.Bounds, PageColors.BlockFor(whole, PageSide), page);
        if (PageColors.BlockFor(part, CloseSide) < PageColors.BlockFor(whole, PageSide))
        {
            // Keep the polarity of the whole image: in the region, ink may cover more area than paper.
            ink = ForegroundMap.Measure(PageColors.Take(page, part, CloseSide, under), ink.IsDark ? InvertMode.Always : InvertMode.Never);
            digit = DigitSegmentation.Find(ink);
        }
        return FrameFitting.Fit(ExifOrientation.Upright(Strokes.Draw(digit), picture.Orientation));
    }

    /// <summary>Converts the digit's box to coordinates of the full image, and adds a margin of paper for the background model.</summary>
    private static Box Magnify(Box found, int block, Bitmap page) =>
        new Box(found.Left * block, found.Top * block, found.Right * block, found.Bottom * block)
            .Grow(found.LongSide * block / 2 + 2 * block, page.Width, page.Height);
}
