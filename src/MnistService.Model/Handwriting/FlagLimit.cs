namespace MnistService.Model.Handwriting;

/// <summary>
/// Limits on the directions of two lines of a 1 or a 7, so that the two digits remain distinguishable. Both lines start at the top corner of the digit: the
/// flag (of a 1) or bar (of a 7) runs to the left, and the stem runs down to the foot. The y axis points down.
/// </summary>
/// <param name="End">Left end of the flag or bar, relative to the corner, before the transformation by a <see cref="HandShape"/>.</param>
/// <param name="Foot">Foot of the stem, relative to the corner, before the transformation by a <see cref="HandShape"/>.</param>
/// <param name="MinFall">
/// Minimum angle, in degrees, by which the flag or bar falls from the corner to its left end; negative if the left end may be above the corner.
/// </param>
/// <param name="MaxFall">Maximum angle, in degrees, by which the flag or bar falls from the corner to its left end.</param>
/// <param name="MinLean">Minimum angle, in degrees, by which the top of the stem leans to the right; negative if the top may lean to the left.</param>
/// <param name="MinLength">Minimum length of the flag or bar, as a fraction of the length of the stem.</param>
internal sealed record FlagLimit((double X, double Y) End, (double X, double Y) Foot, double MinFall, double MaxFall, double MinLean, double MinLength = 0)
{
    /// <summary>Returns whether both lines comply with the limits after the transformation <paramref name="hand"/>.</summary>
    public bool Allows(HandShape hand)
    {
        var (end, foot) = (hand.Apply(End.X, End.Y), hand.Apply(Foot.X, Foot.Y));
        var (fall, lean) = (Math.Atan2(end.Y, -end.X) * 180 / Math.PI, Math.Atan2(-foot.X, foot.Y) * 180 / Math.PI);
        return fall >= MinFall && fall <= MaxFall && lean >= MinLean && Length(end) >= MinLength * Length(foot);

        static double Length((double X, double Y) line) => Math.Sqrt(line.X * line.X + line.Y * line.Y);
    }
}
