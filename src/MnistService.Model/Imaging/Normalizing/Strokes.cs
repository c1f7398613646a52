using System.Numerics.Tensors;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Redraws the digit in black and white. The stroke width is limited to 2.0 to 3.8 pixels of the 28×28 image. The scanned forms that MNIST was made from were
/// also black and white.
/// </summary>
internal static class Strokes
{
    /// <summary>Supersampling factor per axis: the digit is redrawn with 120 pixels on its longer side and then averaged to 20 pixels.</summary>
    private const int Detail = 6;

    private const int Side = 20 * Detail, Margin = 24;

    /// <summary>Minimum stroke width in pixels of the 28×28 image. Thinner strokes are made this wide.</summary>
    private const double Thinnest = 2.0;

    /// <summary>Maximum stroke width in pixels of the 28×28 image. Thicker strokes are made this wide.</summary>
    private const double Thickest = 3.8;

    /// <returns>The redrawn digit: 1 inside the strokes, 0 outside, and values between 0 and 1 on the edges.</returns>
    public static Plane Draw(FoundDigit digit)
    {
        var shape = Enlarge(digit);
        var half = Threshold(shape);
        var (outside, inside) = DistanceTransform.ToBoth(shape, half);
        // Thinning must not erase the digit. Therefore, the largest distance of a pixel to the edge of its stroke must stay at least half of the minimum stroke
        // width.
        var radius = Math.Max(Change(Width(inside)), Thinnest / 2 * Detail - TensorPrimitives.Max<float>(inside.Values));
        var result = new Plane(shape.Width, shape.Height);
        for (var i = 0; i < result.Values.Length; i++)
        {
            // The distance transform measures between pixel centers. The distance to the edge of a stroke is half a pixel less than the distance to the nearest
            // pixel center beyond the edge.
            var depth = outside.Values[i] > 0 ? 0.5f - outside.Values[i] : inside.Values[i] - 0.5f;
            result.Values[i] = Math.Clamp(depth + (float)radius + 0.5f, 0, 1);
        }
        return result;
    }

    private static Plane Enlarge(FoundDigit digit)
    {
        var scale = (double)digit.Bounds.LongSide / Side;
        var (width, height) = ((int)Math.Ceiling(digit.Bounds.Width / scale), (int)Math.Ceiling(digit.Bounds.Height / scale));
        var (left, top) = (digit.Bounds.Left - digit.Part.Left, digit.Bounds.Top - digit.Part.Top);
        return Resampler.Resample(digit.Ink, left - Margin * scale, top - Margin * scale, scale, width + 2 * Margin, height + 2 * Margin);
    }

    /// <summary>
    /// Returns the binarization threshold: 45 % of the mean ink, weighted by the square of the ink. The mean is measured after the digit was scaled, because
    /// scaling makes thin strokes fainter.
    /// </summary>
    private static double Threshold(Plane shape)
    {
        var (squares, cubes) = (0.0, 0.0);
        foreach (var value in shape.Values) (squares, cubes) = (squares + value * value, cubes + value * value * value);
        return 0.45 * cubes / squares;
    }

    /// <summary>
    /// Returns the mean stroke width in pixels: four times the mean distance of a stroke's pixels to the edge of the stroke. In a stroke of width w, this
    /// distance is w/4 on average.
    /// </summary>
    /// <param name="inside">One value per pixel: the distance in pixels to the nearest pixel outside the strokes; 0 for a pixel outside the strokes.</param>
    private static double Width(Plane inside)
    {
        var (sum, pixels) = (0.0, 0);
        foreach (var value in inside.Values)
        {
            if (value == 0) continue;
            sum += value - 0.5;
            pixels++;
        }
        return 4 * sum / pixels;
    }

    /// <summary>
    /// Returns the number of pixels by which the edges of the strokes must move outward (negative: inward). After the changed shape is scaled to 28×28, the
    /// stroke width is then between <see cref="Thinnest"/> and <see cref="Thickest"/>.
    /// </summary>
    /// <param name="width">Mean stroke width before the change, in pixels of the redrawn digit.</param>
    private static double Change(double width)
    {
        var wanted = Math.Clamp(width / Detail, Thinnest, Thickest);
        return wanted * Detail == width ? 0 : (wanted * Detail - width) / (2 * (1 - wanted / 20));
    }
}
