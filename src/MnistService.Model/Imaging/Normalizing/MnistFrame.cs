using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Detects a 28×28 image that already has MNIST's format. The pixels of such an image are used without further scaling, because scaling would blur the digit.
/// </summary>
internal static class MnistFrame
{
    private const byte Lit = 16, Half = 128, LeastPeak = 240;

    /// <returns>
    /// 784 bytes, row-major, inverted if the ink is dark. <c>null</c> if the image is not in MNIST's format, if its polarity is not the one that the options
    /// require, or if the options require normalization.
    /// </returns>
    public static byte[]? TryTake(Bitmap bitmap, ImageOptions options)
    {
        if (options.Normalize == NormalizeMode.Always || bitmap.Width != DigitImage.Side || bitmap.Height != DigitImage.Side) return null;
        if (!TryReadGray(bitmap, out var pixels)) return null;
        if (options.Invert != InvertMode.Always && LooksLikeMnist(pixels)) return pixels;
        if (options.Invert == InvertMode.Never) return null;
        foreach (ref var pixel in pixels.AsSpan()) pixel = (byte)(255 - pixel);
        return LooksLikeMnist(pixels) ? pixels : null;
    }

    private static bool TryReadGray(Bitmap bitmap, out byte[] pixels)
    {
        var source = bitmap.Pixels;
        pixels = new byte[DigitImage.PixelCount];
        if (bitmap.Channels == 1)
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
    /// Returns whether the pixels show a light digit on black in MNIST's frame. Checks the size, center of mass, maximum, border and strokes. In all 60,000
    /// training images of MNIST, the longer side of the digit is 19 or 20 pixels, and the maximum is at least 254. Both coordinates of the center of mass are
    /// between 13.4 and 14.6 (the center of the first pixel is 0). The limits for the size and the maximum are wider, because a JPEG changes the pixels.
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
            if (first < 0) continue; // a black row
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
        return peak >= LeastPeak && litBorder <= 6
            && Math.Max(right - left, bottom - top) + 1 is >= 18 and <= 21
            && (double)sumX / sum is > 13.4 and < 14.6 && (double)sumY / sum is > 13.4 and < 14.6
            && HasMnistStrokes(pixels, lit);
    }

    /// <summary>
    /// Returns whether the strokes are like those of MNIST. The mean stroke width must be in MNIST's range, 0.75 to 6.7 pixels. Strokes thinner than 1.5 pixels
    /// must also have soft edges: at least 15 % of the pixels with a value of 16 or more must be below 240. This excludes one-pixel strokes without soft edges.
    /// </summary>
    /// <param name="lit">Number of pixels of the image with a value of at least 16 (<see cref="Lit"/>).</param>
    private static bool HasMnistStrokes(ReadOnlySpan<byte> pixels, int lit)
    {
        var (gray, solid, edges) = (0, 0, 0);
        for (var y = 1; y < DigitImage.Side - 1; y++)
        {
            var row = pixels.Slice(y * DigitImage.Side, DigitImage.Side);
            var above = pixels.Slice((y - 1) * DigitImage.Side, DigitImage.Side);
            var below = pixels.Slice((y + 1) * DigitImage.Side, DigitImage.Side);
            for (var x = 1; x < DigitImage.Side - 1; x++)
            {
                if (row[x] is >= Lit and < LeastPeak) gray++;
                if (row[x] < Half) continue;
                solid++;
                edges += (row[x - 1] < Half ? 1 : 0) + (row[x + 1] < Half ? 1 : 0) + (above[x] < Half ? 1 : 0) + (below[x] < Half ? 1 : 0);
            }
        }
        // A stroke of width w and length n has w × n pixels. Of the sides of these pixels, 2 × n are on the edges of the stroke. So w is 2 × pixels / sides.
        var width = edges == 0 ? 0 : 2.0 * solid / edges;
        return width is > 0.75 and < 6.7 && (gray >= 0.15 * lit || width >= 1.5);
    }
}
