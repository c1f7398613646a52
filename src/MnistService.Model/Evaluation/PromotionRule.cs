namespace MnistService.Model.Evaluation;

/// <summary>The role of the model that a candidate is compared with.</summary>
public enum PromotionRival
{
    /// <summary>The model that currently serves.</summary>
    Served,

    /// <summary>
    /// The model that was shipped with the service. The comparison with it bounds the total accuracy loss of a series of promotions.
    /// </summary>
    Shipped,
}

/// <summary>Comparison of a candidate with another model on one reference set.</summary>
/// <param name="Set">Id of the reference set.</param>
/// <param name="SetName">Name of the reference set in messages.</param>
/// <param name="Against">Whether the candidate is compared with the served or with the shipped model.</param>
/// <param name="Model">Id of the model that the candidate is compared with.</param>
/// <param name="Images">Number of images of the set that neither model was trained on.</param>
/// <param name="Right">Number of correct predictions of the candidate, out of <paramref name="Images"/>.</param>
/// <param name="RivalRight">Number of correct predictions of the other model, out of <paramref name="Images"/>.</param>
/// <param name="OnlyCandidate">Number of images, out of <paramref name="Images"/>, that only the candidate classifies correctly.</param>
/// <param name="OnlyRival">Number of images, out of <paramref name="Images"/>, that only the other model classifies correctly.</param>
/// <param name="LossBound">Upper 95 % confidence bound of the candidate's accuracy loss, as a fraction; 1 if <paramref name="Images"/> is 0.</param>
/// <param name="Passes">Whether <paramref name="LossBound"/> is at most <see cref="PromotionRule.MaxLoss"/>.</param>
public sealed record ReferenceComparison(
    string Set, string SetName, PromotionRival Against, string Model, int Images, int Right, int RivalRight, int OnlyCandidate, int OnlyRival, double LossBound, bool Passes)
{
    /// <summary>Compares the outcomes of two models. Ignores images that either model was trained on.</summary>
    /// <param name="candidate">[N] whether the candidate classifies the image correctly; <c>null</c> if the candidate was trained on the image.</param>
    /// <param name="rival">[N] whether the other model classifies the image correctly; <c>null</c> if the other model was trained on the image.</param>
    /// <exception cref="ArgumentException">The two lists have different lengths.</exception>
    public static ReferenceComparison Of(
        string set, string setName, PromotionRival against, string model, IReadOnlyList<bool?> candidate, IReadOnlyList<bool?> rival)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(rival);
        if (candidate.Count != rival.Count)
            throw new ArgumentException($"The candidate has {candidate.Count} outcomes, the other model has {rival.Count}; expected equal numbers.", nameof(rival));
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

/// <summary>
/// Comparison of a candidate with the served model on images of the uploaded data sets of the candidate's training job: the images that the job held out, and
/// all images of data sets that are too small to hold out a part.
/// </summary>
/// <param name="Images">Number of images that both models were measured on.</param>
/// <param name="Right">Number of correct predictions of the candidate, out of <paramref name="Images"/>.</param>
/// <param name="ServedRight">Number of correct predictions of the served model, out of <paramref name="Images"/>.</param>
/// <param name="Passes">Whether this comparison permits the promotion. <see cref="Large"/> documents the criterion.</param>
/// <param name="Trained">
/// Number of images, out of <paramref name="Images"/>, that the candidate was also trained on. The candidate is expected to classify these images correctly.
/// </param>
public sealed record OwnComparison(int Images, int Right, int ServedRight, bool Passes, int Trained = 0)
{
    /// <summary>
    /// Minimum number of images for the stricter criterion: the candidate must classify more images correctly than the served model. With fewer images, an
    /// equal number is sufficient, because a difference of a single image is weak evidence.
    /// </summary>
    public const int Large = 100;

    public static OwnComparison Of(int images, int right, int servedRight, int trained = 0) =>
        new(images, right, servedRight, images >= Large ? right > servedRight : right >= servedRight, trained);
}

/// <summary>The decision of the promotion rule, with its reason and the comparisons that it is based on.</summary>
/// <param name="Promotes">Whether the candidate may replace the served model.</param>
/// <param name="Reason">The reason in a few sentences, without the decision itself.</param>
/// <param name="References">The comparisons on reference sets; empty if no comparison was possible.</param>
/// <param name="Own">The comparison on the images of the job's uploaded data sets; <c>null</c> if no such comparison was made.</param>
public sealed record PromotionVerdict(bool Promotes, string Reason, IReadOnlyList<ReferenceComparison> References, OwnComparison? Own);

/// <summary>
/// Decides whether a candidate may replace the served model. On every reference set, the 95 % upper bound of the candidate's accuracy loss against the served
/// and the shipped model must be at most <see cref="MaxLoss"/>. If the candidate's job has images of its own, the candidate must also pass the comparison on
/// these images (<see cref="OwnComparison"/>). Otherwise, the candidate must classify more reference images correctly than the served model, if a model is
/// served. See decision 0015.
/// </summary>
public static class PromotionRule
{
    /// <summary>The largest permitted 95 % upper bound of the accuracy loss, as a fraction: 0.2 percentage points.</summary>
    public const double MaxLoss = 0.002;

    /// <summary>
    /// Minimum number of images on which two models with equal predictions pass the comparison. With equal predictions for fewer images, the upper bound of the
    /// accuracy loss exceeds <see cref="MaxLoss"/>.
    /// </summary>
    public const int FewestImages = 1_351;

    /// <summary>Applies the promotion rule.</summary>
    /// <param name="references">
    /// The comparisons on reference sets: one per reference set and per other model (the served and the shipped model). If a comparison could not be made,
    /// <paramref name="missing"/> must contain the reason.
    /// </param>
    /// <param name="own">
    /// The comparison on the images of the job's uploaded data sets; <c>null</c> if the job has no such images, or if no job trained the candidate.
    /// </param>
    /// <param name="missing">A sentence with the reason why a comparison is missing; <c>null</c> if the comparisons are complete.</param>
    public static PromotionVerdict Decide(IReadOnlyList<ReferenceComparison> references, OwnComparison? own, string? missing = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        PromotionVerdict Verdict(bool promotes, string reason) => new(promotes, reason, references, own);

        if (references.Where(r => !r.Passes).MaxBy(r => r.LossBound) is { } worst) return Verdict(false, PromotionText.Fails(worst));
        if (missing is not null) return Verdict(false, missing);
        if (references.Count == 0) return Verdict(false, "No reference set is available, so the model cannot be compared with other models.");
        if (own is { Passes: false }) return Verdict(false, PromotionText.Fails(own));
        if (own is not null) return Verdict(true, PromotionText.Passes(own, references));
        var served = references.Where(r => r.Against == PromotionRival.Served).ToList();
        var (images, right, servedRight) = (served.Sum(r => r.Images), served.Sum(r => r.Right), served.Sum(r => r.RivalRight));
        return served.Count == 0 || right > servedRight
            ? Verdict(true, PromotionText.Passes(images, right, servedRight, references))
            : Verdict(false, PromotionText.NoBetter(images, right, servedRight));
    }
}
