using MnistService.Model.Evaluation;

namespace MnistService.ModelRegistry;

/// <summary>Result of applying a job's promotion policy to its new model, with the measurements on which the decision is based.</summary>
/// <param name="Promoted">Whether the new model was promoted and serves.</param>
/// <param name="Reason">One or more sentences that explain the decision.</param>
/// <param name="Accuracy">
/// Accuracy of the new model, as a fraction. If <paramref name="Own"/> is not <c>null</c>, the accuracy on the images of that comparison; otherwise the
/// accuracy on all held-out images of the job. <c>null</c> if there are no such images.
/// </param>
/// <param name="Served">Id of the model that served before the decision; <c>null</c> if no model was served.</param>
/// <param name="ServedAccuracy">
/// Accuracy of the model <paramref name="Served"/>, as a fraction, on the images of the comparison <paramref name="Own"/>; <c>null</c> if
/// <paramref name="Own"/> is <c>null</c>.
/// </param>
/// <param name="References">
/// Comparisons of the new model with the served and the shipped model on the reference sets. <c>null</c> if the new model was already served, or if an older
/// version of the service decided.
/// </param>
/// <param name="Own">Comparison of the new model with the served model on the images of the job's uploaded data sets; <c>null</c> if there was none.</param>
internal sealed record PromotionDecision(
    bool Promoted, string Reason, double? Accuracy, string? Served, double? ServedAccuracy,
    IReadOnlyList<ReferenceComparison>? References = null, OwnComparison? Own = null)
{
    /// <summary>Deprecated alias of <c>promoted</c>; version 2 removes it. Decisions that version 1.0.0 and earlier stored have only this field.</summary>
    [Obsolete("Use Promoted.")]
    public bool Activated
    {
        get => Promoted;
        init => Promoted = value;
    }
}

/// <summary>
/// Finds the promotion decisions of training jobs. The job store implements this interface, because <c>ModelRegistry</c> must not depend on
/// <c>TrainingJobs</c>.
/// </summary>
internal interface IPromotionDecisions
{
    /// <summary>Finds the promotion decision about the model of a job. Blocks on the database.</summary>
    /// <returns>The decision, or <c>null</c> if the job does not exist or has no decision yet.</returns>
    PromotionDecision? FindDecision(string job);
}
