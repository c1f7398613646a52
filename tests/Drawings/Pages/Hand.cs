using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>
/// Handwriting of one person, chosen by a seed: slant, width, rotation and wobble, and the shape that the person prefers for each digit. Each digit differs a
/// little from the previous one.
/// </summary>
internal sealed class Hand
{
    private const double PrefersShape = 0.8;

    private readonly float _slant, _aspect, _rotation, _wobble;
    private readonly float[] _preferred = new float[10];

    public Hand(int person)
    {
        var random = new Random(person);
        _slant = random.NextDouble() < PageRanges.SlantShare ? PageRanges.Slant.Draw(random) : 0;
        _aspect = PageRanges.Aspect.Draw(random);
        _rotation = PageRanges.Rotation.Draw(random) * random.NextSingle();
        _wobble = PageRanges.Wobble.Draw(random);
        for (var digit = 0; digit < 10; digit++) _preferred[digit] = random.NextSingle();
    }

    /// <param name="digit">0 to 9.</param>
    /// <param name="pen">Width of the pen in heights. With a thick pen, people write wider and simpler digits.</param>
    /// <returns>Strokes as points in a box of height 1, centered at (0, 0).</returns>
    public IReadOnlyList<SKPoint[]> Write(int digit, float pen, Random random)
    {
        var forms = HandForms.Of(digit, pen);
        var form = forms[(int)((random.NextDouble() < PrefersShape ? _preferred[digit] : random.NextSingle()) * forms.Count)];
        return Shape(form(random).Strokes, digit == 1 ? PageRanges.LeanOfOne : PageRanges.Lean, pen, random);
    }

    /// <summary>Applies the handwriting to strokes about 60 units wide and 100 high.</summary>
    public IReadOnlyList<SKPoint[]> Shape(IReadOnlyList<SKPoint[]> strokes, Interval lean, float pen, Random random)
    {
        var rotation = _rotation + Handwriting.Between(random, -2, 2);
        var slant = _slant + Handwriting.Between(random, -0.03f, 0.03f);
        var leaning = MathF.Atan(slant) * 180 / MathF.PI;
        rotation = Math.Clamp(rotation + leaning, lean.Low, lean.High) - leaning;
        if (MathF.Abs(rotation) > PageRanges.Rotation.High)
        {
            rotation = Math.Clamp(rotation, PageRanges.Rotation.Low, PageRanges.Rotation.High);
            slant = MathF.Tan((Math.Clamp(rotation + leaning, lean.Low, lean.High) - rotation) * MathF.PI / 180);
        }
        var aspect = Math.Min(PageRanges.Aspect.High, Math.Max(_aspect + Handwriting.Between(random, -0.05f, 0.05f), 0.6f + 2.2f * MathF.Max(0, pen - 0.07f)));
        var hand = SKMatrix.CreateTranslation(-30, -50).PostConcat(SKMatrix.CreateScale(aspect, 1)).PostConcat(SKMatrix.CreateSkew(-slant, 0)).PostConcat(SKMatrix.CreateRotationDegrees(rotation));
        return Fitted([.. strokes.Select(stroke => Wobbled(Array.ConvertAll(stroke, hand.MapPoint), 100 * _wobble, random))]);
    }

    /// <summary>Moves strokes to a box of height 1, or of width 1 if they are more than twice as wide as high, centered at (0, 0).</summary>
    public static IReadOnlyList<SKPoint[]> Fitted(IReadOnlyList<SKPoint[]> strokes)
    {
        var box = InkShape.BoundsOf(strokes);
        var scale = 1 / MathF.Max(MathF.Max(box.Height, box.Width / 2), 1e-3f);
        return InkShape.Mapped(strokes, p => new((p.X - box.MidX) * scale, (p.Y - box.MidY) * scale));
    }

    /// <summary>Adds sines of 1, 2, 3 and 5 periods along the stroke.</summary>
    private static SKPoint[] Wobbled(SKPoint[] stroke, float size, Random random)
    {
        var waves = new[] { 1, 2, 3, 5 }.Select(f => (Periods: f, X: Amplitude(f), Y: Amplitude(f), Phase: 6.28f * random.NextSingle())).ToArray();
        var length = Math.Min(1, stroke.Length / 60f); // short strokes, such as a bar, wobble less
        return [.. stroke.Select((p, i) =>
        {
            foreach (var (periods, x, y, phase) in waves)
            {
                var wave = length * MathF.Sin(6.28f * periods * i / stroke.Length + phase);
                p.Offset(x * wave, y * wave);
            }
            return p;
        })];

        float Amplitude(int f) => (float)Math.Clamp(Light.Normal(random), -1.5, 1.5) * size / MathF.Sqrt(f);
    }
}
