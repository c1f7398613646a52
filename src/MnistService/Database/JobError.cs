namespace MnistService.Database;

/// <summary>The reason why a training job failed.</summary>
/// <param name="Code">
/// Stable, machine-readable code: <c>diverged</c>, <c>data_unavailable</c>, <c>data_changed</c>, <c>start_model_unusable</c>, <c>checkpoint_damaged</c>,
/// <c>libtorch_unavailable</c>, <c>storage_failed</c>, <c>storage_full</c> or <c>training_failed</c>.
/// </param>
/// <param name="Detail">Human-readable description.</param>
internal sealed record JobError(string Code, string Detail)
{
    internal const string Diverged = "diverged";

    /// <summary>
    /// Substring by which queries find diverged jobs in <see cref="TrainingJobRecord.ErrorJson"/>. A diverged job cannot be resumed, because it would diverge
    /// again.
    /// </summary>
    internal const string DivergedJson = $"\"code\":\"{Diverged}\"";
}
