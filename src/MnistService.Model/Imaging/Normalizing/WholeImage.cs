namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Scales the whole image to 28×28 without cropping or centering, for clients that have already cropped and centered the digit.</summary>
internal static class WholeImage
{
    /// <param name="page">The downscaled image: one plane (gray) or three planes (RGB), values 0–255.</param>
    /// <param name="invert">
    /// Always inverts the image, Never does not. Auto inverts the image if the mean brightness of its border pixels is above 127.5.
    /// </param>
    /// <returns>784 bytes, row-major. If the image is not square, the pixels of the 28×28 image that the image does not cover are 0 (paper).</returns>
    /// <exception cref="ImageException">The image has no ink: its brightness varies by less than 8 gray levels.</exception>
    public static byte[] Scale(PageColors page, InvertMode invert)
    {
        var luma = page.Luma();
        if (luma.Values.Max() - luma.Values.Min() < 8)
            throw new ImageException(ImageError.NoInk, "The image has no ink: its brightness varies by less than 8 gray levels. Send an image with more contrast.");
        if (invert == InvertMode.Always || (invert == InvertMode.Auto && BorderIsLight(luma)))
            foreach (ref var value in luma.Values.AsSpan()) value = 255 - value;
        var scale = Math.Max(page.Width, page.Height) / (double)DigitImage.Side;
        var (left, top) = ((page.Width - DigitImage.Side * scale) / 2, (page.Height - DigitImage.Side * scale) / 2);
        var framed = Resampler.Resample(luma, left, top, scale, DigitImage.Side, DigitImage.Side);
        return [.. framed.Values.Select(value => (byte)MathF.Round(Math.Clamp(value, 0, 255)))];
    }

    private static bool BorderIsLight(Plane luma)
    {
        var (sum, count) = (0.0, 0);
        for (var y = 0; y < luma.Height; y++)
        {
            var step = y == 0 || y == luma.Height - 1 ? 1 : Math.Max(1, luma.Width - 1);
            for (var x = 0; x < luma.Width; x += step, count++) sum += luma[x, y];
        }
        return sum > 127.5 * count;
    }
}
