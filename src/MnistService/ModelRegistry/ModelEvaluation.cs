using MnistService.Model.Evaluation;

namespace MnistService.ModelRegistry;

/// <summary>Detailed evaluation of a model on MNIST's test images.</summary>
/// <param name="Images">Number of test images.</param>
/// <param name="Accuracy">Fraction of the images that are classified correctly.</param>
/// <param name="Loss">Mean negative log-likelihood, in nats.</param>
/// <param name="CalibrationError">Expected calibration error with 15 bins, from 0 to 1; <c>null</c> in evaluations by older versions of the service.</param>
/// <param name="Reliability">
/// Confidence and accuracy per confidence bin, without empty bins; <c>null</c> in evaluations by older versions of the service.
/// </param>
/// <param name="ConfusionMatrix">[10][10] number of images: rows are the true digit, columns the predicted digit.</param>
/// <param name="Mistakes">Misclassified images, in the order of the test images; <c>null</c> in evaluations by older versions of the service.</param>
internal sealed record ModelEvaluation(
    int Images, double Accuracy, double Loss, double? CalibrationError, IReadOnlyList<EvaluationResult.ConfidenceBin>? Reliability,
    IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix, IReadOnlyList<ModelEvaluation.Mistake>? Mistakes)
{
    /// <summary>A misclassified test image.</summary>
    /// <param name="Image">Index in the test images, from 0. <c>GET /datasets/mnist/test-images</c> returns the image.</param>
    /// <param name="Label">True digit.</param>
    /// <param name="Answer">Predicted digit.</param>
    internal sealed record Mistake(int Image, int Label, int Answer);

    internal static ModelEvaluation Of(EvaluationResult e) => new(
        e.Images, e.Accuracy, e.Loss, e.CalibrationError, e.Reliability, e.ConfusionMatrix,
        e.Mistakes is { } mistakes ? [.. mistakes.Select(m => new Mistake(m.Image, m.Label, e.Predictions[m.Image] - '0'))] : null);
}
