using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Detects a 28×28 image that already has MNIST's format and takes its pixels unchanged. Scaling such an image again would only blur it, and the
/// networks are trained on unscaled images.
/// </summary>
internal static class MnistFrame
{
    private const byte Lit = 16;

    /// <returns>784 bytes, row-major, inverted if the ink is dark; <c>null</c> if the image must be normalized.</returns>
    public static byte[]? TryTake(Bitmap picture, ImageOptions options)
    {
        if (options.Normalize == NormalizeMode.Always || picture.Width != DigitImage.Side || picture.Height != DigitImage.Side) return null;
        if (!TryReadGray(picture, out var pixels)) return null;
        if (options.Invert != InvertMode.Always && LooksLikeMnist(pixels)) return pixels;
        if (options.Invert == InvertMode.Never) return null;
        foreach (ref var pixel in pixels.AsSpan()) pixel = (byte)(255 - pixel);
        return LooksLikeMnist(pixels) ? pixels : null;
    }

    private static bool TryReadGray(Bitmap picture, out byte[] pixels)
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
    /// Returns whether the pixels look like an MNIST image: a light digit on black with an almost black border, a longer side of 14 to 24 pixels and a center of
    /// mass between 11 and 17. MNIST's own images are within narrower limits: at most 6 gray border pixels, a maximum of at least 254, a longer side of 19 or 20
    /// pixels and a center of mass from 13.5 to 14.5.
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
            if (first < 0) continue; // skips black rows; the loop below skips the black pixels at both ends of a row
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
