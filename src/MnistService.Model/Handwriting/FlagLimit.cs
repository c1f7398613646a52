namespace MnistService.Model.Handwriting;

/// <summary>
/// Limits on two angles of a 1 with a flag or of a 7, which keep the two digits apart. Both lines begin at the top corner: the flag or bar runs to the left, the
/// stem to the foot.
/// </summary>
/// <param name="End">The left end of the flag, relative to the corner, before slant and rotation.</param>
/// <param name="Foot">The foot of the stem, relative to the corner, before slant and rotation.</param>
/// <param name="MinFall">Smallest angle in degrees by which the flag falls to the left.</param>
/// <param name="MaxFall">Largest angle in degrees by which the flag falls to the left.</param>
/// <param name="MinLean">Smallest angle in degrees by which the stem leans to the right.</param>
/// <param name="MinLength">Smallest length of the flag, relative to the stem.</param>
internal sealed record FlagLimit((double X, double Y) End, (double X, double Y) Foot, double MinFall, double MaxFall, double MinLean, double MinLength = 0)
{
    /// <summary>Whether both lines are in range after this transformation.</summary>
    public bool Allows(HandShape hand)
    {
        var (end, foot) = (hand.Apply(End.X, End.Y), hand.Apply(Foot.X, Foot.Y));
        var (fall, lean) = (Math.Atan2(end.Y, -end.X) * 180 / Math.PI, Math.Atan2(-foot.X, foot.Y) * 180 / Math.PI);
        return fall >= MinFall && fall <= MaxFall && lean >= MinLean && Length(end) >= MinLength * Length(foot);

        static double Length((double X, double Y) line) => Math.Sqrt(line.X * line.X + line.Y * line.Y);
    }
}
