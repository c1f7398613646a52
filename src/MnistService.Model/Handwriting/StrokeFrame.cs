using System.Numerics;
using System.Runtime.InteropServices;
using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Handwriting;

/// <summary>
/// Draws pen strokes into a 28×28 image in MNIST's layout: the longer side of the ink has 20 pixels, and the center of mass of the ink is at the center of
/// pixel (14, 14), counted from 0. If part of the ink would then be outside the image, the ink is shifted until all of it is inside.
/// </summary>
internal static class StrokeFrame
{
    private const int Side = DigitImage.Side;

    /// <summary>Row stride of the coverage buffer, in floats. A row has 28 pixels, padded to a multiple of every SIMD vector width.</summary>
    private const int Stride = 32;

    private const float InkSide = FrameFitting.DigitSide, Middle = (float)FrameFitting.Middle;

    /// <summary>Scales and centers the strokes, and draws them with a round pen.</summary>
    /// <param name="strokes">Points of each stroke, in any unit; the y axis points down.</param>
    /// <param name="pen">Width of the pen, in pixels of the image.</param>
    /// <param name="hasHardEdges">Whether to draw without anti-aliasing, as in a paint program: each pixel is rounded to ink or paper.</param>
    /// <returns>784 bytes, row-major, 0 = paper, 255 = ink.</returns>
    public static byte[] Draw(IReadOnlyList<Vector2[]> strokes, float pen, bool hasHardEdges = false)
    {
        var (low, high) = (new Vector2(float.MaxValue), new Vector2(float.MinValue));
        foreach (var stroke in strokes)
            foreach (var point in stroke) (low, high) = (Vector2.Min(low, point), Vector2.Max(high, point));
        var scale = (InkSide - pen) / MathF.Max(MathF.Max(high.X - low.X, high.Y - low.Y), 1e-3f);
        var move = new Vector2(Side / 2f) - scale * (low + high) / 2;
        Span<float> coverage = stackalloc float[Side * Stride];
        Cover(coverage, strokes, scale, move, pen / 2);
        var radius = new Vector2(pen / 2);
        move = Vector2.Clamp(move + new Vector2(Middle) - Center(coverage), radius - scale * low, new Vector2(Side) - radius - scale * high);
        Cover(coverage, strokes, scale, move, pen / 2);
        var pixels = new byte[DigitImage.PixelCount];
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = coverage[i / Side * Stride + i % Side];
            pixels[i] = (byte)MathF.Round(255 * (hasHardEdges ? MathF.Round(value) : value));
        }
        return pixels;
    }

    /// <summary>Returns the center of mass of the ink, in pixels from the top left corner of the image.</summary>
    /// <param name="coverage">[28×32], row-major; columns 28 to 31 are padding. Fraction of each pixel that is ink.</param>
    private static Vector2 Center(ReadOnlySpan<float> coverage)
    {
        var (mass, center) = (0f, Vector2.Zero);
        for (var i = 0; i < coverage.Length; i++)
        {
            mass += coverage[i];
            center += coverage[i] * new Vector2(i % Stride + 0.5f, i / Stride + 0.5f);
        }
        return center / mass;
    }

    private static void Cover(Span<float> coverage, IReadOnlyList<Vector2[]> strokes, float scale, Vector2 move, float radius)
    {
        coverage.Clear();
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
    }

    /// <summary>
    /// Draws a line segment with a round pen. Raises the coverage of a pixel inside the line to 1, and of a pixel at the edge of the line to a value between 0
    /// and 1. Never lowers a coverage.
    /// </summary>
    /// <param name="coverage">[28×32], row-major; columns 28 to 31 are padding. Fraction of each pixel that is ink.</param>
    /// <param name="radius">Half the width of the pen, in pixels.</param>
    private static void Cover(Span<float> coverage, Vector2 from, Vector2 to, float radius)
    {
        var (low, high) = (Vector2.Min(from, to) - new Vector2(radius + 1), Vector2.Max(from, to) + new Vector2(radius + 1));
        var (first, last) = (Math.Max(0, (int)low.X) / Vector<float>.Count, Math.Min(Side - 1, (int)high.X) / Vector<float>.Count);
        var along = to - from;
        var inverse = 1 / MathF.Max(along.LengthSquared(), 1e-9f);
        for (var y = Math.Max(0, (int)low.Y); y <= Math.Min(Side - 1, (int)high.Y); y++)
        {
            var row = MemoryMarshal.Cast<float, Vector<float>>(coverage.Slice(y * Stride, Stride));
            var down = y + 0.5f - from.Y;
            for (var i = first; i <= last; i++)
            {
                // The pixel centers 0.5, 1.5, … are exact floats, so the result does not depend on the SIMD vector width.
                var right = Vector.CreateSequence(i * Vector<float>.Count + 0.5f, 1f) - new Vector<float>(from.X);
                var at = Vector.Min(Vector.Max((right * along.X + new Vector<float>(down * along.Y)) * inverse, Vector<float>.Zero), Vector<float>.One);
                var (x, below) = (right - at * along.X, new Vector<float>(down) - at * along.Y);
                var depth = new Vector<float>(radius + 0.5f) - Vector.SquareRoot(x * x + below * below);
                row[i] = Vector.Max(row[i], Vector.Min(depth, Vector<float>.One));
            }
        }
    }
}
