using System.Numerics;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>Writes digits in random handwriting: applies one random width, slant and rotation to all strokes of a digit, and makes the strokes wavy.</summary>
internal static class Hand
{
    /// <summary>
    /// Coordinates are rounded to multiples of 1/4,096 of the height of the digit. Because of the rounding, last-bit differences of sine and cosine between
    /// machines rarely change an image.
    /// </summary>
    private const int Grid = 1 << 12;

    /// <summary>
    /// Minimum angle, in degrees, between a stem and the vertical. The angle is negative, because the stem may lean to the left. A random
    /// <see cref="HandShape"/> with a smaller angle is rejected, because the digit would be hard to read.
    /// </summary>
    private const double MinLean = -17;

    /// <summary>
    /// Maximum angle, in degrees, between a stem that leans to the right and the vertical. A random <see cref="HandShape"/> with a larger angle is rejected,
    /// because the digit would be hard to read.
    /// </summary>
    private const double MaxLean = 31;

    /// <summary>
    /// Minimum width of a digit after horizontal scaling, as a fraction of its height. A random <see cref="HandShape"/> that makes the digit narrower is
    /// rejected. For a digit whose width before scaling is below 0.31, the minimum is 70 % of that width instead.
    /// </summary>
    private const double MinWidth = 0.22;

    private static readonly HandShape Upright = new(0.9, 0, 0);

    /// <summary>
    /// Numbers of periods of the sine waves that make a stroke wavy, over the length of the stroke. A stroke that is shorter than the height of the digit gets
    /// proportionally fewer periods.
    /// </summary>
    private static readonly int[] Periods = [1, 2, 3, 5];

    /// <summary>Writes the strokes of a digit in random handwriting.</summary>
    /// <returns>The strokes, and the width of the digit before slant and rotation, as a fraction of its height.</returns>
    public static (List<Vector2[]> Strokes, double Width) Write(Pen pen, Random random)
    {
        var shape = HandShape.Draw(random);
        for (var tries = 0; !Allows(pen, shape); tries++) shape = tries < 50 ? HandShape.Draw(random) : Upright;
        var level = random.Chance(0.2) ? random.Between(0, 0.1) : random.Between(0.1, pen.Flag is null ? 1 : 0.7);
        return (pen.ToStrokes().ConvertAll(stroke => Wobble(stroke, shape, level, random)), pen.Width * shape.Aspect);
    }

    private static bool Allows(Pen pen, HandShape shape) => shape == Upright || shape.Lean is >= MinLean and <= MaxLean && pen.Flag?.Allows(shape) is not false
        && pen.Width * shape.Aspect >= Math.Min(MinWidth, pen.Width * 0.7);

    /// <summary>Applies the transformation <paramref name="shape"/> to a stroke, and makes the stroke wavy.</summary>
    /// <param name="level">
    /// Strength of the waviness, from 0 to 1. At 1, the wave with one period shifts a point by at most 3.5 % of the height of the digit, in x and in y.
    /// </param>
    private static Vector2[] Wobble(Vector2[] stroke, HandShape shape, double level, Random random)
    {
        Span<(double X, double Y, double Phase)> waves = stackalloc (double, double, double)[Periods.Length];
        for (var i = 0; i < waves.Length; i++)
        {
            var size = 0.035 * level / Math.Sqrt(Periods[i]);
            waves[i] = (random.Between(-size, size), random.Between(-size, size), random.NextDouble());
        }
        var length = 0.0;
        for (var i = 1; i < stroke.Length; i++) length += Vector2.Distance(stroke[i - 1], stroke[i]);
        var wobbled = new Vector2[stroke.Length];
        var done = 0.0;
        for (var i = 0; i < stroke.Length; i++)
        {
            if (i > 0) done += Vector2.Distance(stroke[i - 1], stroke[i]);
            var (x, y) = shape.Apply(stroke[i].X, stroke[i].Y);
            for (var wave = 0; wave < waves.Length; wave++)
            {
                // A stroke that is shorter than the height of the digit, for example the bar of a 7, gets proportionally fewer periods.
                var sine = Math.Sin(2 * Math.PI * (Periods[wave] * done / Math.Max(1, length) + waves[wave].Phase));
                (x, y) = (x + waves[wave].X * sine, y + waves[wave].Y * sine);
            }
            wobbled[i] = new((float)(Math.Round(x * Grid) / Grid), (float)(Math.Round(y * Grid) / Grid));
        }
        return wobbled;
    }
}
