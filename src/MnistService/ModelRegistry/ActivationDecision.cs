using MnistService.Model.Evaluation;

namespace MnistService.ModelRegistry;

/// <summary>Whether a new model was promoted, and the numbers that decided it.</summary>
/// <param name="Activated">True when it serves now.</param>
/// <param name="Reason">One to three sentences; the last one is the decision.</param>
/// <param name="Accuracy">Its accuracy on the images that its job held out; null when none were.</param>
/// <param name="Served">The model that served before; null when none did.</param>
/// <param name="ServedAccuracy">That model's accuracy on the same images; null when it was not compared.</param>
/// <param name="References">The comparisons on the reference sets; null in decisions from before there were any.</param>
/// <param name="Own">The comparison on the job's own held-out images; null when there was none.</param>
internal sealed record ActivationDecision(
    bool Activated, string Reason, double? Accuracy, string? Served, double? ServedAccuracy,
    IReadOnlyList<ReferenceComparison>? References = null, OwnComparison? Own = null);
