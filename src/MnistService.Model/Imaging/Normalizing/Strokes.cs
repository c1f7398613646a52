namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Draws the digit again as a black-and-white shape, as the forms that MNIST was cut from were, with strokes as wide as MNIST's.
/// </summary>
internal static class Strokes
{
    /// <summary>Pixels for one of MNIST's: the digit is drawn 120 pixels long and is then averaged into 20.</summary>
    private const int Detail = 6;

    private const int Side = 20 * Detail, Margin = 24;

    /// <summary>Widths of strokes in MNIST's pixels; a digit within them is left as it is.</summary>
    private const double Thinnest = 2.0, Thickest = 3.8;

    /// <returns>The shape: 1 inside, 0 outside, in between on its edge.</returns>
    public static Plane Draw(FoundDigit digit)
    {
        var shape = Enlarge(digit);
        var half = Threshold(shape);
        var outside = DistanceField.To(shape, value => value > half);
        var inside = DistanceField.To(shape, value => value <= half);
        // However thick, something is left: at the deepest place at least a stroke of MNIST's thinnest.
        var radius = Math.Max(Change(Width(inside)), Thinnest / 2 * Detail - inside.Values.Max());
        var result = new Plane(shape.Width, shape.Height);
        for (var i = 0; i < result.Values.Length; i++)
        {
            // Both distances go from the centre of a pixel to that of another; the edge is half a pixel before it.
            var depth = outside.Values[i] > 0 ? 0.5f - outside.Values[i] : inside.Values[i] - 0.5f;
            result.Values[i] = Math.Clamp(depth + (float)radius + 0.5f, 0, 1);
        }
        return result;
    }

    private static Plane Enlarge(FoundDigit digit)
    {
        var scale = (double)digit.Bounds.LongSide / Side;
        var (width, height) = ((int)Math.Ceiling(digit.Bounds.Width / scale), (int)Math.Ceiling(digit.Bounds.Height / scale));
        return Resampler.Resample(digit.Ink, digit.Bounds.Left - Margin * scale, digit.Bounds.Top - Margin * scale, scale, width + 2 * Margin, height + 2 * Margin);
    }

    /// <summary>Half of the strokes' typical strength, which scaling made less for thin ones.</summary>
    private static double Threshold(Plane shape)
    {
        var (squares, cubes) = (0.0, 0.0);
        foreach (var value in shape.Values) (squares, cubes) = (squares + value * value, cubes + value * value * value);
        return 0.45 * cubes / squares;
    }

    /// <summary>In a stroke of width w the mean distance to its edge is w/4.</summary>
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

    /// <summary>By how much the edge moves out (or in) so that the stroke has a width of MNIST's once the changed shape fills the frame.</summary>
    private static double Change(double width)
    {
        var wanted = Math.Clamp(width / Detail, Thinnest, Thickest);
        return wanted * Detail == width ? 0 : (wanted * Detail - width) / (2 * (1 - wanted / 20));
    }
}
