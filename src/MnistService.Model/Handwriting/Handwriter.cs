using System.Numerics;

namespace MnistService.Model.Handwriting;

/// <summary>Writes glyphs in random handwriting: each glyph gets a random width, slant, rotation and waviness of its strokes.</summary>
internal static class Handwriter
{
    /// <summary>
    /// Maximum number of random shapes that are tried for a 1 or a 7. A shape outside the limits that keep the two digits distinguishable
    /// (<see cref="FlagLimit"/>) is rejected.
    /// </summary>
    private const int MaxTries = 100;

    /// <summary>Returns the strokes of a glyph with a random width, slant, rotation and waviness.</summary>
    /// <returns>
    /// Points of each stroke; the y axis points down. Position and size are arbitrary, because <see cref="StrokeFrame"/> scales and centers the strokes.
    /// </returns>
    public static List<Vector2[]> Write(Glyph glyph, Random random)
    {
        var (moved, hand) = Shape(glyph, random);
        var wobble = random.Between(0, 3);
        return moved.ToStrokes().ConvertAll(stroke => Wobble(Array.ConvertAll(stroke, point => Transform(point, hand)), wobble, random));
    }

    /// <summary>
    /// Moves the points of a glyph at random, and picks a random width, slant and rotation. If the result violates the limits <see cref="Glyph.Flag"/>, tries
    /// again. Returns the 100th result even if it violates the limits.
    /// </summary>
    internal static (Glyph Moved, HandShape Hand) Shape(Glyph glyph, Random random)
    {
        for (var tries = 1; ; tries++)
        {
            var moved = glyph.Move(random, random.Between(0.5f, 3.2f));
            var aspect = random.Between(0.6f, 1.2f);
            var slant = random.Chance(0.7) ? random.Between(-0.15f, 0.45f) : 0;
            var rotation = random.Between(-0.17f, 0.17f) * random.NextSingle();
            var hand = new HandShape(aspect, slant, double.RadiansToDegrees(rotation));
            if (moved.Flag?.Allows(hand) != false || tries == MaxTries) return (moved, hand);
        }
    }

    /// <summary>Returns a random pen width, from a hairline of 0.9 pixels to a felt pen of 5 pixels in the 28×28 image.</summary>
    public static float PenWidth(Random random) => random.NextDouble() switch
    {
        < 0.15 => random.Between(0.9f, 1.6f),
        < 0.85 => random.Between(1.6f, 3.8f),
        _ => random.Between(3.8f, 5f),
    };

    private static Vector2 Transform(Vector2 point, HandShape hand)
    {
        var (x, y) = hand.Apply(point.X, point.Y);
        return new((float)x, (float)y);
    }

    /// <summary>
    /// Makes a stroke wavy, in place: adds sine waves with 1, 2 and 3 periods along the stroke. Waves with more periods have smaller amplitudes. A stroke with
    /// fewer than 24 points gets proportionally fewer periods.
    /// </summary>
    /// <param name="size">
    /// Standard deviation of the amplitude of the wave with one period, for x and for y, in units of the glyph (a digit is about 100 units high).
    /// </param>
    private static Vector2[] Wobble(Vector2[] stroke, float size, Random random)
    {
        for (var periods = 1; periods <= 3; periods++)
        {
            var wave = size / periods * new Vector2(random.Normal(), random.Normal());
            var phase = MathF.Tau * random.NextSingle();
            for (var i = 0; i < stroke.Length; i++) stroke[i] += wave * MathF.Sin(MathF.Tau * periods * i / Math.Max(24, stroke.Length) + phase);
        }
        return stroke;
    }
}
