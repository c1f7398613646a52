using System.Globalization;

namespace MnistService.Model.Evaluation;

/// <summary>Formats the sentences that explain a promotion decision.</summary>
internal static class PromotionText
{
    internal static string Fails(ReferenceComparison c)
    {
        var rival = c.Against == PromotionRival.Shipped ? "shipped" : "served";
        var (mine, other) = Percents(c.Right, c.RivalRight, c.Images);
        if (c.Images < PromotionRule.FewestImages && c.OnlyRival - c.OnlyCandidate <= PromotionRule.MaxLoss * c.Images)
        {
            return Invariant($"Only {c.Images:n0} images of {c.SetName} were excluded from the training of both models; ")
                + Invariant($"at least {PromotionRule.FewestImages:n0} are needed to exclude a loss of over {Points(PromotionRule.MaxLoss)} percentage points.");
        }
        return c.OnlyRival - c.OnlyCandidate > PromotionRule.MaxLoss * c.Images
            ? $"The accuracy on {c.SetName} is {mine}, worse than the {other} of the {rival} model."
            : $"The accuracy on {c.SetName} is {mine}; the {rival} model has {other}. The loss may be up to {Points(c.LossBound)} percentage points; "
                + $"at most {Points(PromotionRule.MaxLoss)} are allowed.";
    }

    internal static string Fails(OwnComparison own) => own.Right < own.ServedRight
        ? Invariant(
            $"The model classifies {own.Right:n0} of the job's {own.Images:n0} held-out images correctly, fewer than the served model ({own.ServedRight:n0}).")
        : Invariant($"The model classifies {own.Right:n0} of the job's {own.Images:n0} held-out images correctly, as many as the served model; more are required.");

    internal static string Passes(OwnComparison own, IReadOnlyList<ReferenceComparison> references) => own.Right > own.ServedRight
        ? Invariant(
            $"The model classifies {own.Right:n0} of the job's {own.Images:n0} held-out images correctly, more than the served model ({own.ServedRight:n0}).")
            + $" {NotWorse(references)}"
        : Invariant($"The model classifies {own.Right:n0} of the job's {own.Images:n0} held-out images correctly, as many as the served model.")
            + $" {NotWorse(references)}";

    internal static string Passes(int images, int right, int servedRight, IReadOnlyList<ReferenceComparison> references) => images == 0
        ? NotWorse(references)
        : Invariant($"The model classifies {right:n0} of the {images:n0} reference images correctly, more than the served model ({servedRight:n0}).")
            + $" {NotWorse(references)}";

    internal static string NoBetter(int images, int right, int servedRight) => right < servedRight
        ? Invariant($"The model classifies {right:n0} of the {images:n0} reference images correctly, fewer than the served model ({servedRight:n0}).")
        : Invariant($"The model classifies {right:n0} of the {images:n0} reference images correctly, as many as the served model; more are required.");

    private static string NotWorse(IReadOnlyList<ReferenceComparison> references) => string.Join(' ', references.Select(c =>
    {
        var (mine, other) = Percents(c.Right, c.RivalRight, c.Images);
        return $"The accuracy on {c.SetName} is {mine}; the {(c.Against == PromotionRival.Shipped ? "shipped" : "served")} model has {other}.";
    }));

    /// <summary>
    /// Formats the counts as percentages of <paramref name="images"/>, with one decimal place. If different counts would then look equal, uses two.
    /// </summary>
    private static (string First, string Second) Percents(int first, int second, int images)
    {
        if (images == 0) return ("no image", "no image");
        var format = first != second && Percent(first, "p1") == Percent(second, "p1") ? "p2" : "p1";
        return (Percent(first, format), Percent(second, format));

        string Percent(int right, string digits) => ((double)right / images).ToString(digits, CultureInfo.InvariantCulture);
    }

    private static string Points(double fraction) => (100 * fraction).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
