namespace MnistService.Model.Handwriting;

/// <summary>
/// Limits on two lines of a 1 or a 7, so that the two digits remain distinguishable. One line is the flag of the 1 or the bar of the 7, which runs from the top
/// corner of the digit to the left. The other line is the stem, which runs from the same corner down to the foot. The y axis points down.
/// </summary>
/// <param name="End">
/// Left end of the flag or bar, before a <see cref="HandShape"/> is applied. The coordinates are relative to the top corner of the digit.
/// </param>
/// <param name="Foot">Lower end of the stem, before a <see cref="HandShape"/> is applied. The coordinates are relative to the top corner of the digit.</param>
/// <param name="MinFall">
/// Minimum angle of the flag or bar to the horizontal, in degrees. The angle is positive if the left end is lower than the top corner of the digit.
/// </param>
/// <param name="MaxFall">
/// Maximum angle of the flag or bar to the horizontal, in degrees. The angle is positive if the left end is lower than the top corner of the digit.
/// </param>
/// <param name="MinLean">
/// Minimum angle of the stem to the vertical, in degrees. The angle is positive if the stem leans to the right, and negative if it leans to the left.
/// </param>
/// <param name="MinLength">Minimum length of the flag or bar, as a fraction of the length of the stem. 0 means no minimum.</param>
internal sealed record FlagLimit((double X, double Y) End, (double X, double Y) Foot, double MinFall, double MaxFall, double MinLean, double MinLength = 0)
{
    /// <summary>Returns whether the digit complies with all limits after the transformation <paramref name="hand"/>.</summary>
    public bool Allows(HandShape hand)
    {
        var (end, foot) = (hand.Apply(End.X, End.Y), hand.Apply(Foot.X, Foot.Y));
        var (fall, lean) = (Math.Atan2(end.Y, -end.X) * 180 / Math.PI, Math.Atan2(-foot.X, foot.Y) * 180 / Math.PI);
        return fall >= MinFall && fall <= MaxFall && lean >= MinLean && Length(end) >= MinLength * Length(foot);

        static double Length((double X, double Y) line) => Math.Sqrt(line.X * line.X + line.Y * line.Y);
    }
}
