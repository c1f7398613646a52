namespace MnistService.Model.Evaluation;

/// <summary>The roles that a model can have in a comparison with a candidate.</summary>
public enum PromotionRival
{
    /// <summary>The model that serves.</summary>
    Served,

    /// <summary>The model that came with the service: however many small steps lead away from it, the sum of the losses stays bounded.</summary>
    Shipped,
}

/// <summary>A candidate and another model on one reference set.</summary>
/// <param name="Set">The reference set's id.</param>
/// <param name="SetName">Its name in messages.</param>
/// <param name="Against">Which model the candidate is compared with.</param>
/// <param name="Model">That model's id.</param>
/// <param name="Images">Images of the set that neither model was trained on.</param>
/// <param name="Right">How many of them the candidate reads right.</param>
/// <param name="RivalRight">How many of them the other model reads right.</param>
/// <param name="OnlyCandidate">Images that only the candidate reads right.</param>
/// <param name="OnlyRival">Images that only the other model reads right.</param>
/// <param name="LossBound">Upper 95 % bound of the candidate's loss in accuracy, as a fraction; 1 without images.</param>
/// <param name="Passes">Whether the bound is at most <see cref="PromotionRule.MaxLoss"/>.</param>
public sealed record ReferenceComparison(
    string Set, string SetName, PromotionRival Against, string Model, int Images, int Right, int RivalRight, int OnlyCandidate, int OnlyRival, double LossBound, bool Passes)
{
    /// <param name="candidate">[N] right, wrong, or null where the candidate was trained on the image.</param>
    /// <param name="rival">[N] the same of the other model.</param>
    public static ReferenceComparison Of(
        string set, string setName, PromotionRival against, string model, IReadOnlyList<bool?> candidate, IReadOnlyList<bool?> rival)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(rival);
        if (candidate.Count != rival.Count) throw new ArgumentException($"{candidate.Count} outcomes cannot be compared with {rival.Count}.", nameof(rival));
        int images = 0, right = 0, rivalRight = 0, both = 0;
        for (var i = 0; i < candidate.Count; i++)
        {
            if (candidate[i] is not { } mine || rival[i] is not { } other) continue;
            images++;
            if (mine) right++;
            if (other) rivalRight++;
            if (mine && other) both++;
        }
        var bound = images == 0 ? 1 : new PairedLoss(images, right - both, rivalRight - both).UpperBound95();
        return new(set, setName, against, model, images, right, rivalRight, right - both, rivalRight - both, bound, bound <= PromotionRule.MaxLoss);
    }
}

/// <summary>A candidate and the served model on the images that the candidate's own job held out.</summary>
/// <param name="Images">Images held out.</param>
/// <param name="Right">How many of them the candidate reads right.</param>
/// <param name="ServedRight">How many of them the served model reads right.</param>
/// <param name="Passes">Whether they speak for the candidate.</param>
public sealed record OwnComparison(int Images, int Right, int ServedRight, bool Passes)
{
    /// <summary>From this size on the candidate must read more images right; below, one image says little, and as many are enough.</summary>
    public const int Large = 100;

    public static OwnComparison Of(int images, int right, int servedRight) =>
        new(images, right, servedRight, images >= Large ? right > servedRight : right >= servedRight);
}

/// <summary>What the rule decided, in words, and the numbers that it decided by.</summary>
/// <param name="Promotes">Whether the candidate may replace the served model.</param>
/// <param name="Reason">One or two sentences, without the decision itself.</param>
/// <param name="References">The comparisons on reference sets; empty when none was possible.</param>
/// <param name="Own">The comparison on the job's own held-out images; null when there are none.</param>
public sealed record PromotionVerdict(bool Promotes, string Reason, IReadOnlyList<ReferenceComparison> References, OwnComparison? Own);

/// <summary>
/// Decides whether a candidate may replace the served model: not worse than the served and the shipped model on any reference set, and better on the images
/// that its own job held out. See decision 0015.
/// </summary>
public static class PromotionRule
{
    /// <summary>The largest loss in accuracy that the 95 % bound may allow, as a fraction: 0.2 points.</summary>
    public const double MaxLoss = 0.002;

    /// <summary>With fewer images the bound exceeds <see cref="MaxLoss"/> even if both models read every image alike.</summary>
    public const int FewestImages = 1_351;

    /// <param name="references">At least one per rival; a set on which a model could not be measured belongs into <paramref name="missing"/>.</param>
    /// <param name="own">Null when the job held out nothing, or the candidate has no job.</param>
    /// <param name="missing">Why a comparison that the rule needs is not there; null when all are there.</param>
    public static PromotionVerdict Decide(IReadOnlyList<ReferenceComparison> references, OwnComparison? own, string? missing = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        PromotionVerdict Verdict(bool promotes, string reason) => new(promotes, reason, references, own);

        if (references.Where(r => !r.Passes).MaxBy(r => r.LossBound) is { } worst) return Verdict(false, PromotionText.Fails(worst));
        if (missing is not null) return Verdict(false, missing);
        if (references.Count == 0) return Verdict(false, "There is no reference set to compare on.");
        if (own is { Passes: false }) return Verdict(false, PromotionText.Fails(own));
        if (own is not null) return Verdict(true, PromotionText.Passes(own, references));
        var served = references.Where(r => r.Against == PromotionRival.Served).ToList();
        var (images, right, servedRight) = (served.Sum(r => r.Images), served.Sum(r => r.Right), served.Sum(r => r.RivalRight));
        return served.Count == 0 || right > servedRight
            ? Verdict(true, PromotionText.Passes(images, right, servedRight, references))
            : Verdict(false, PromotionText.NoBetter(images, right, servedRight));
    }
}
