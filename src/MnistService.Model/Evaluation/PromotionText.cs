using System.Globalization;

namespace MnistService.Model.Evaluation;

/// <summary>Formats the sentences that explain a promotion decision.</summary>
internal static class PromotionText
{
    internal static string Fails(ReferenceComparison c)
    {
        var rival = c.Against == PromotionRival.Shipped ? " than the shipped model" : "";
        var (mine, other) = Percents(c.Right, c.RivalRight, c.Images);
        if (c.Images < PromotionRule.FewestImages && c.OnlyRival - c.OnlyCandidate <= PromotionRule.MaxLoss * c.Images)
        {
            return Invariant($"Only {c.Images:n0} images of {c.SetName} were excluded from the training of both models; at least {PromotionRule.FewestImages:n0} are needed to rule out an accuracy loss of more than {Points(PromotionRule.MaxLoss)} percentage points.");
        }
        return c.OnlyRival - c.OnlyCandidate > PromotionRule.MaxLoss * c.Images
            ? $"Worse{rival} on {c.SetName}: {mine} instead of {other}."
            : $"Possibly worse{rival} on {c.SetName}: {mine} instead of {other}. "
                + $"The accuracy loss may be up to {Points(c.LossBound)} percentage points; at most {Points(PromotionRule.MaxLoss)} are allowed.";
    }

    internal static string Fails(OwnComparison own) => own.Right < own.ServedRight
        ? Invariant($"Worse on {Name(own)}: {own.Right:n0} right instead of {own.ServedRight:n0}.")
        : Invariant($"No better on {Name(own)}: {own.Right:n0} right, as many as the served model.");

    internal static string Passes(OwnComparison own, IReadOnlyList<ReferenceComparison> references) => own.Right > own.ServedRight
        ? Invariant($"Better on {Name(own)}: {own.Right:n0} right instead of {own.ServedRight:n0}. {NotWorse(references)}")
        : Invariant($"As good on {Name(own)}: {own.Right:n0} right. {NotWorse(references)}");

    internal static string Passes(int images, int right, int servedRight, IReadOnlyList<ReferenceComparison> references) => images == 0
        ? NotWorse(references)
        : Invariant($"Better on the reference images: {right:n0} of {images:n0} right instead of {servedRight:n0}. {NotWorse(references)}");

    internal static string NoBetter(int images, int right, int servedRight) => right < servedRight
        ? Invariant($"Worse on the reference images: {right:n0} of {images:n0} right instead of {servedRight:n0}.")
        : Invariant($"No better on the reference images: {right:n0} of {images:n0} right, as many as the served model.");

    private static string Name(OwnComparison own) => own.Trained == 0
        ? Invariant($"the job's own {own.Images:n0} held-out images")
        : Invariant($"the job's own {own.Images:n0} images, {(own.Trained == own.Images ? "which it was also trained on" : Invariant($"{own.Trained:n0} of which it was also trained on"))}");

    private static string NotWorse(IReadOnlyList<ReferenceComparison> references) => string.Join(' ', references.Select(c =>
    {
        var (mine, other) = Percents(c.Right, c.RivalRight, c.Images);
        return $"On {c.SetName}: {mine}, the {(c.Against == PromotionRival.Shipped ? "shipped" : "served")} model {other}.";
    }));

    /// <summary>
    /// Formats two fractions of the same images as percentages with one decimal place, or with two if different fractions would otherwise look equal.
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
