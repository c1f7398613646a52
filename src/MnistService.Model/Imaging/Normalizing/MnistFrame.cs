using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Takes a 28×28 picture that is in MNIST's frame already, byte for byte. Scaling it once more would only blur it, and the
/// network was trained on exactly such pictures.
/// </summary>
internal static class MnistFrame
{
    private const byte Lit = 16;

    /// <returns>The 784 bytes, or null for a picture that has to be normalised.</returns>
    public static byte[]? TryTake(Raster picture, PictureOptions options)
    {
        if (options.Normalize == NormalizeMode.Always || picture.Width != DigitImage.Side || picture.Height != DigitImage.Side) return null;
        if (!TryReadGrey(picture, out var pixels)) return null;
        if (options.Invert != InvertMode.Always && LooksLikeMnist(pixels)) return pixels;
        if (options.Invert == InvertMode.Never) return null;
        foreach (ref var pixel in pixels.AsSpan()) pixel = (byte)(255 - pixel);
        return LooksLikeMnist(pixels) ? pixels : null;
    }

    private static bool TryReadGrey(Raster picture, out byte[] pixels)
    {
        var source = picture.Pixels;
        pixels = new byte[DigitImage.PixelCount];
        if (picture.Channels == 1)
        {
            source.CopyTo(pixels);
            return true;
        }
        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = source.Slice(i * 4, 4);
            if (pixel[0] != pixel[1] || pixel[1] != pixel[2] || pixel[3] != 255) return false;
            pixels[i] = pixel[0];
        }
        return true;
    }

    /// <summary>
    /// Light on black, with a black border, of about the right size and about in the middle. In MNIST itself the border has at most 6
    /// grey pixels, the peak is at least 254, the longer side is 19 or 20 and the centre of mass within half a pixel of 14.
    /// </summary>
    internal static bool LooksLikeMnist(ReadOnlySpan<byte> pixels)
    {
        const int Last = DigitImage.Side - 1;
        var (left, top, right, bottom) = (DigitImage.Side, DigitImage.Side, 0, 0);
        var (peak, lit, litBorder, sum, sumX, sumY) = (0, 0, 0, 0, 0, 0);
        for (var y = 0; y < DigitImage.Side; y++)
        {
            var row = pixels.Slice(y * DigitImage.Side, DigitImage.Side);
            var first = row.IndexOfAnyExcept((byte)0);
            if (first < 0) continue; // many rows are black, and the others at both ends
            var (last, rowSum, rowLit) = (row.LastIndexOfAnyExcept((byte)0), 0, 0);
            for (var x = first; x <= last; x++)
            {
                int value = row[x];
                (peak, rowSum, sumX, rowLit) = (Math.Max(peak, value), rowSum + value, sumX + value * x, rowLit + (value >= Lit ? 1 : 0));
            }
            (sum, sumY) = (sum + rowSum, sumY + rowSum * y);
            if (rowLit == 0) continue;
            (left, right) = (Math.Min(left, row.IndexOfAnyInRange(Lit, byte.MaxValue)), Math.Max(right, row.LastIndexOfAnyInRange(Lit, byte.MaxValue)));
            (top, bottom) = (Math.Min(top, y), y);
            lit += rowLit;
            litBorder += y is 0 or Last ? rowLit : (row[0] >= Lit ? 1 : 0) + (row[Last] >= Lit ? 1 : 0);
        }
        return peak >= 128 && lit <= DigitImage.PixelCount / 2 && litBorder <= 10
            && Math.Max(right - left, bottom - top) + 1 is >= 14 and <= 24
            && (double)sumX / sum is > 11 and < 17 && (double)sumY / sum is > 11 and < 17;
    }
}
