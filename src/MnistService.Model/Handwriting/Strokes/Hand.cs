using System.Numerics;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>Writes strokes as a random person: with one width, slant, rotation and wobble for all strokes of a digit.</summary>
internal static class Hand
{
    /// <summary>
    /// All points are multiples of 1 / <see cref="Grid"/> units, so that a last-bit difference of sine or cosine between machines has no effect on an image.
    /// </summary>
    private const int Grid = 1 << 12;

    /// <summary>Range of the angle in degrees by which a digit leans to the right. Digits that lean more are hard to read.</summary>
    private const double MinLean = -17, MaxLean = 31;

    /// <summary>Smallest width that the aspect may give to a digit, relative to its height.</summary>
    private const double MinWidth = 0.22;

    private static readonly HandShape Upright = new(0.9, 0, 0);

    /// <summary>Periods of the wobble along one unit of a stroke.</summary>
    private static readonly int[] Periods = [1, 2, 3, 5];

    /// <summary>Writes the strokes in a random hand.</summary>
    /// <returns>The strokes, and the width of the digit without slant and rotation, relative to its height.</returns>
    public static (List<Vector2[]> Strokes, double Width) Write(Pen pen, Random random)
    {
        var shape = HandShape.Draw(random);
        for (var tries = 0; !Allows(pen, shape); tries++) shape = tries < 50 ? HandShape.Draw(random) : Upright;
        var level = random.Chance(0.2) ? random.Between(0, 0.1) : random.Between(0.1, pen.Flag is null ? 1 : 0.7);
        return (pen.ToStrokes().ConvertAll(stroke => Wobble(stroke, shape, level, random)), pen.Width * shape.Aspect);
    }

    private static bool Allows(Pen pen, HandShape shape) => shape == Upright || shape.Lean is >= MinLean and <= MaxLean && pen.Flag?.Allows(shape) is not false
        && pen.Width * shape.Aspect >= Math.Min(MinWidth, pen.Width * 0.7);

    /// <param name="level">Largest amplitude, relative to 0.035 units at one period.</param>
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
                // A stroke shorter than one unit, for example the bar of a 7, has fewer periods.
                var sine = Math.Sin(2 * Math.PI * (Periods[wave] * done / Math.Max(1, length) + waves[wave].Phase));
                (x, y) = (x + waves[wave].X * sine, y + waves[wave].Y * sine);
            }
            wobbled[i] = new((float)(Math.Round(x * Grid) / Grid), (float)(Math.Round(y * Grid) / Grid));
        }
        return wobbled;
    }
}
