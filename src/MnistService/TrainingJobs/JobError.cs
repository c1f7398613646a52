namespace MnistService.TrainingJobs;

/// <summary>Why a job failed.</summary>
/// <param name="Code">
/// Stable and machine-readable: <c>diverged</c>, <c>data_unavailable</c>, <c>data_changed</c>, <c>start_model_unusable</c>, <c>checkpoint_damaged</c>,
/// <c>storage_failed</c>, <c>storage_full</c>, <c>training_failed</c>.
/// </param>
/// <param name="Detail">For people.</param>
internal sealed record JobError(string Code, string Detail)
{
    internal const string Diverged = "diverged";

    /// <summary>The text in a job's row by which this error is found. A diverged job is not resumed, because it would diverge again.</summary>
    internal const string DivergedJson = $"\"code\":\"{Diverged}\"";
}
