namespace MnistService.Model.Handwriting;

/// <summary>
/// Linear transformation (2×2 matrix) of a glyph, which imitates the style of one writer: horizontal scale, then slant, then rotation. The numbers are doubles,
/// because <c>Vector2.Transform</c> rounds differently on processors without fused multiply-add.
/// </summary>
/// <param name="Aspect">Horizontal scale factor.</param>
/// <param name="Slant">Horizontal shift per unit of height. With a positive value, the top of the glyph leans to the right.</param>
/// <param name="Rotation">Clockwise rotation in degrees.</param>
internal readonly record struct HandShape(double Aspect, double Slant, double Rotation)
{
    private readonly (double Sin, double Cos) _turn = Math.SinCos(Rotation * Math.PI / 180);

    /// <summary>
    /// Angle, in degrees, between the vertical and a stem that was vertical before the transformation. Positive if the stem leans to the right.
    /// </summary>
    public double Lean => Math.Atan(Slant) * 180 / Math.PI + Rotation;

    public static HandShape Draw(Random random) => new(
        random.Chance(0.15) ? random.Between(0.45, 0.6) : random.Between(0.6, 1.15),
        random.NextDouble() switch { < 0.7 => random.Between(-0.15, 0.45), < 0.75 => random.Between(-0.35, -0.15), _ => 0 },
        random.Chance(0.15) ? random.Between(-20, 20.0) : random.Between(-10, 10.0));

    public (double X, double Y) Apply(double x, double y)
    {
        x = Aspect * x - Slant * y;
        return (_turn.Cos * x - _turn.Sin * y, _turn.Sin * x + _turn.Cos * y);
    }
}
