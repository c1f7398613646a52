using MnistService.Model.Evaluation;

namespace MnistService.ModelRegistry;

/// <summary>How a model does on MNIST's test images, in detail.</summary>
/// <param name="Images">Test images.</param>
/// <param name="Accuracy">Fraction right.</param>
/// <param name="Loss">Mean negative log-likelihood, in nats.</param>
/// <param name="CalibrationError">Expected calibration error, 15 bins; null when an older version measured.</param>
/// <param name="Reliability">Confidence against accuracy, a bin each; null when an older version measured.</param>
/// <param name="ConfusionMatrix">[10][10]: rows are the true digit, columns the answer.</param>
/// <param name="Mistakes">What it read wrong, in order; null when an older version measured.</param>
internal sealed record ModelEvaluation(
    int Images, double Accuracy, double Loss, double? CalibrationError, IReadOnlyList<EvaluationResult.ConfidenceBin>? Reliability,
    IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix, IReadOnlyList<ModelEvaluation.Mistake>? Mistakes)
{
    /// <summary>A test image that was read wrong.</summary>
    /// <param name="Image">Its place among the test images, from 0; <c>GET /datasets/mnist/test-images</c> shows it.</param>
    /// <param name="Label">The digit that it is.</param>
    /// <param name="Answer">The digit that was read.</param>
    internal sealed record Mistake(int Image, int Label, int Answer);

    internal static ModelEvaluation Of(EvaluationResult e) => new(
        e.Images, e.Accuracy, e.Loss, e.CalibrationError, e.Reliability, e.ConfusionMatrix,
        e.Mistakes is { } mistakes ? [.. mistakes.Select(m => new Mistake(m.Image, m.Label, e.Predictions[m.Image] - '0'))] : null);
}
