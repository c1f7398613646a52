namespace MnistService.Model.Handwriting;

/// <summary>
/// Limits on the flag of a 1 or the bar of a 7, and on the stem, so that the two digits remain distinguishable. Both lines start at the top corner of the
/// digit: the flag or bar runs to the left, and the stem runs down to the foot. The y axis points down.
/// </summary>
/// <param name="End">Left end of the flag or bar, relative to the top corner of the digit, before the transformation by a <see cref="HandShape"/>.</param>
/// <param name="Foot">Foot of the stem, relative to the top corner of the digit, before the transformation by a <see cref="HandShape"/>.</param>
/// <param name="MinFall">
/// Minimum angle, in degrees, by which the flag or bar falls to the left. With a negative angle, its left end may be above the top corner of the digit.
/// </param>
/// <param name="MaxFall">Maximum angle, in degrees, by which the flag or bar falls to the left.</param>
/// <param name="MinLean">Minimum angle, in degrees, by which the stem leans to the right. With a negative angle, the stem may lean to the left.</param>
/// <param name="MinLength">Minimum length of the flag or bar, as a fraction of the length of the stem.</param>
internal sealed record FlagLimit((double X, double Y) End, (double X, double Y) Foot, double MinFall, double MaxFall, double MinLean, double MinLength = 0)
{
    /// <summary>Returns whether the flag or bar and the stem comply with the limits after the transformation <paramref name="hand"/>.</summary>
    public bool Allows(HandShape hand)
    {
        var (end, foot) = (hand.Apply(End.X, End.Y), hand.Apply(Foot.X, Foot.Y));
        var (fall, lean) = (Math.Atan2(end.Y, -end.X) * 180 / Math.PI, Math.Atan2(-foot.X, foot.Y) * 180 / Math.PI);
        return fall >= MinFall && fall <= MaxFall && lean >= MinLean && Length(end) >= MinLength * Length(foot);

        static double Length((double X, double Y) line) => Math.Sqrt(line.X * line.X + line.Y * line.Y);
    }
}
