using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Brings any picture of one handwritten digit into MNIST's frame. The steps, each in a file of its own:
/// <list type="number">
/// <item><see cref="Transparency"/>: what is transparent shows white paper, or black behind light ink.</item>
/// <item><see cref="PageColours"/>: a large page is reduced by averaging.</item>
/// <item><see cref="Paper"/>: the colour of the paper is fitted as a smooth surface, so that grey paper, a vignette and a soft shadow are
/// paper too.</item>
/// <item><see cref="InkPlane"/>: ink is the distance from the paper in the channel where it is greatest, so that yellow on white is ink;
/// whether ink is darker or lighter than the paper is decided by which of the two there is more of.</item>
/// <item><see cref="CastShadow"/>: where much of the border is not paper, the paper's level is taken near each pixel instead.</item>
/// <item><see cref="InkFinder"/>: the connected strokes that make up the digit; specks and what lies far off are dropped. On a large page
/// the digit is then looked at again, closer.</item>
/// <item><see cref="Strokes"/>: the digit as a shape at a fixed size, its strokes brought within the widths that MNIST's have: a 2-pixel
/// pen on a large page would vanish, and a marker would fill its loops.</item>
/// <item><see cref="Orientation"/>: what a turned camera stored is turned upright.</item>
/// <item><see cref="DigitFrame"/>: fitted into 20×20 by averaging areas, the centre of mass in the middle of 28×28, the peak at 255.</item>
/// </list>
/// </summary>
internal static class DigitNormalizer
{
    /// <summary>The side of the page on which the digit is looked for: a digit of 20 pixels is found on a page of 5,000.</summary>
    private const int PageSide = 800;

    /// <summary>The side of the part that is looked at closely.</summary>
    private const int CloseSide = 320;

    /// <returns>784 bytes in MNIST's frame.</returns>
    /// <exception cref="PictureException">There is no ink, or it is far too wide for a digit.</exception>
    public static byte[] Normalize(DecodedPicture picture, PictureOptions options)
    {
        var page = picture.Raster;
        var under = Transparency.Under(page);
        var whole = new Box(0, 0, page.Width, page.Height);
        if (options.Normalize == NormalizeMode.Never)
            return Orientation.Upright(WholePicture.Scale(PageColours.Take(page, whole, PageSide, under), options.Invert), picture.Orientation);

        var ink = InkPlane.Measure(PageColours.Take(page, whole, PageSide, under), options.Invert);
        var digit = InkFinder.Find(ink);
        var part = Magnify(digit.Bounds, PageColours.BlockFor(whole, PageSide), page);
        if (PageColours.BlockFor(part, CloseSide) < PageColours.BlockFor(whole, PageSide))
        {
            // The polarity that the page showed holds for its part, where ink may be the greater share.
            ink = InkPlane.Measure(PageColours.Take(page, part, CloseSide, under), ink.IsDark ? InvertMode.Always : InvertMode.Never);
            digit = InkFinder.Find(ink);
        }
        return DigitFrame.Fit(Orientation.Upright(Strokes.Draw(digit), picture.Orientation));
    }

    /// <summary>The digit's box on the page itself, with paper around it to measure.</summary>
    private static Box Magnify(Box found, int block, Raster page) =>
        new Box(found.Left * block, found.Top * block, found.Right * block, found.Bottom * block)
            .Grow(found.LongSide * block / 2 + 2 * block, page.Width, page.Height);
}
