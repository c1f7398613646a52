using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Takes a 28×28 picture that is in MNIST's frame already, byte for byte. Scaling it once more would only blur it, and the
/// network was trained on exactly such pictures.
/// </summary>
internal static class MnistFrame
{
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
        var (peak, lit, litBorder) = (0, 0, 0);
        var (sum, sumX, sumY) = (0.0, 0.0, 0.0);
        for (var y = 0; y < DigitImage.Side; y++)
        {
            for (var x = 0; x < DigitImage.Side; x++)
            {
                var value = pixels[y * DigitImage.Side + x];
                (peak, sum, sumX, sumY) = (Math.Max(peak, value), sum + value, sumX + value * x, sumY + value * y);
                if (value < 16) continue;
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
                lit++;
                if (x is 0 or Last || y is 0 or Last) litBorder++;
            }
        }
        return peak >= 128 && lit <= DigitImage.PixelCount / 2 && litBorder <= 10
            && Math.Max(right - left, bottom - top) + 1 is >= 14 and <= 24
            && sumX / sum is > 11 and < 17 && sumY / sum is > 11 and < 17;
    }
}
