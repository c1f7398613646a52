using System.Numerics;
using MnistService.Model.Imaging;

namespace MnistService.Model.Handwriting;

/// <summary>Draws pen strokes into MNIST's frame: the longer side of the ink has 20 pixels, and the center of mass is at the center of pixel (14, 14).</summary>
internal static class StrokeFrame
{
    private const int Side = DigitImage.Side;

    private const float InkSide = 20, Middle = 14.5f;

    /// <param name="strokes">Points of the strokes, in any unit.</param>
    /// <param name="pen">Width of the pen in pixels of the frame.</param>
    /// <param name="hasHardEdges">Whether each pixel is either ink or paper, as in a paint program.</param>
    /// <returns>784 bytes, row-major, 0 = paper, 255 = ink.</returns>
    public static byte[] Draw(IReadOnlyList<Vector2[]> strokes, float pen, bool hasHardEdges = false)
    {
        var (low, high) = (new Vector2(float.MaxValue), new Vector2(float.MinValue));
        foreach (var point in strokes.SelectMany(stroke => stroke)) (low, high) = (Vector2.Min(low, point), Vector2.Max(high, point));
        var scale = (InkSide - pen) / MathF.Max(MathF.Max(high.X - low.X, high.Y - low.Y), 1e-3f);
        var move = new Vector2(Side / 2f) - scale * (low + high) / 2;
        var coverage = Cover(strokes, scale, move, pen / 2);
        move += Shift(coverage, low * scale + move, high * scale + move, pen / 2);
        coverage = Cover(strokes, scale, move, pen / 2);
        return Array.ConvertAll(coverage, value => (byte)MathF.Round(255 * (hasHardEdges ? MathF.Round(value) : value)));
    }

    /// <summary>Returns the move that brings the center of mass to the center, but keeps the ink inside the frame.</summary>
    private static Vector2 Shift(float[] coverage, Vector2 low, Vector2 high, float radius)
    {
        var (mass, center) = (0f, Vector2.Zero);
        for (var i = 0; i < coverage.Length; i++)
        {
            mass += coverage[i];
            center += coverage[i] * new Vector2(i % Side + 0.5f, i / Side + 0.5f);
        }
        return Vector2.Clamp(new Vector2(Middle) - center / mass, new Vector2(radius) - low, new Vector2(Side - radius) - high);
    }

    /// <summary>Returns the coverage of each pixel: 1 inside a stroke, 0 outside, and in between on the edge.</summary>
    private static float[] Cover(IReadOnlyList<Vector2[]> strokes, float scale, Vector2 move, float radius)
    {
        var coverage = new float[DigitImage.PixelCount];
        foreach (var stroke in strokes)
        {
            var from = stroke[0] * scale + move;
            for (var i = Math.Min(1, stroke.Length - 1); i < stroke.Length; i++)
            {
                var to = stroke[i] * scale + move;
                Cover(coverage, from, to, radius);
                from = to;
            }
        }
        return coverage;
    }

    private static void Cover(float[] coverage, Vector2 from, Vector2 to, float radius)
    {
        var (low, high) = (Vector2.Min(from, to) - new Vector2(radius + 1), Vector2.Max(from, to) + new Vector2(radius + 1));
        var (right, bottom) = (Math.Min(Side - 1, (int)high.X), Math.Min(Side - 1, (int)high.Y));
        var along = to - from;
        var squared = MathF.Max(along.LengthSquared(), 1e-9f);
        for (var y = Math.Max(0, (int)low.Y); y <= bottom; y++)
        {
            for (var x = Math.Max(0, (int)low.X); x <= right; x++)
            {
                var at = new Vector2(x + 0.5f, y + 0.5f) - from;
                var distance = (at - along * Math.Clamp(Vector2.Dot(at, along) / squared, 0, 1)).Length();
                ref var pixel = ref coverage[y * Side + x];
                pixel = MathF.Max(pixel, Math.Clamp(radius - distance + 0.5f, 0, 1));
            }
        }
    }
}
