namespace MnistService.Model.Training;

/// <summary>What one pass gave.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainLoss">Mean cross-entropy over the pass, as trained: distorted pictures, smoothed labels, changing weights.</param>
/// <param name="TrainAccuracy">Fraction right over the same pictures.</param>
/// <param name="ValidationLoss">Mean negative log-likelihood on the held-out pictures; null without a validation part.</param>
/// <param name="ValidationAccuracy">Fraction right on them.</param>
/// <param name="LearningRate">At the last step of the pass.</param>
/// <param name="Seconds">Time of the pass, validation included.</param>
public sealed record EpochResult(
    int Epoch, double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy, double LearningRate, double Seconds);
