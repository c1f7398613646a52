namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Frame fitting as in MNIST: the longer side of the digit has 20 pixels in a 28×28 frame. The digit's center of mass is at the center of pixel (14, 14),
/// counted from 0. The center of mass is elsewhere only if the digit would otherwise extend beyond the frame.
/// </summary>
internal static class FrameFitting
{
    /// <summary>Length in pixels of the longer side of the digit in the frame.</summary>
    internal const int DigitSide = 20;

    /// <summary>
    /// Target coordinate of the digit's center of mass, in pixels from the left or top edge of the frame: the center of pixel 14, counted from 0. The target is
    /// the mean over MNIST's 70,000 images.
    /// </summary>
    internal const double Middle = 14.5;

    /// <summary>
    /// Scales the longer side of the digit to 20 pixels and moves the digit's center of mass to the center of pixel (14, 14), counted from 0.
    /// </summary>
    /// <param name="shape">The digit at a higher resolution than the frame; 0 outside the digit.</param>
    /// <returns>784 bytes, row-major, scaled so that the maximum is 255.</returns>
    public static byte[] Fit(Plane shape)
    {
        var bounds = shape.BoundsAbove(MathF.BitDecrement(0.5f)); // pixels that are at least half covered by the digit
        var scale = (double)bounds.LongSide / DigitSide;
        var (x, y) = CenterOfMass(shape);
        // Move the center of mass to the target, but keep the whole digit inside the frame.
        var frame = DigitImage.Side * scale;
        var left = Math.Clamp(x - Middle * scale, bounds.Right - frame, bounds.Left);
        var top = Math.Clamp(y - Middle * scale, bounds.Bottom - frame, bounds.Top);
        var framed = Resampler.Resample(shape, left, top, scale, DigitImage.Side, DigitImage.Side);
        var peak = framed.Values.Max();
        return [.. framed.Values.Select(value => (byte)MathF.Round(255 * value / peak))];
    }

    private static (double X, double Y) CenterOfMass(Plane shape)
    {
        var (mass, sumX, sumY) = (0.0, 0.0, 0.0);
        for (var y = 0; y < shape.Height; y++)
        {
            for (var x = 0; x < shape.Width; x++)
            {
                var value = shape[x, y];
                (mass, sumX, sumY) = (mass + value, sumX + value * (x + 0.5), sumY + value * (y + 0.5));
            }
        }
        return (sumX / mass, sumY / mass);
    }
}
