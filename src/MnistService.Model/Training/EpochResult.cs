namespace MnistService.Model.Training;

/// <summary>The metrics of one epoch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="TrainLoss">
/// Mean cross-entropy of the epoch's training steps, in nats. The loss is measured during training, with label smoothing and with the changing weights. In the
/// mode <see cref="TrainingMode.Generator"/>, the loss is measured on augmented images.
/// </param>
/// <param name="TrainAccuracy">Fraction of the epoch's training images that are classified correctly, measured during training.</param>
/// <param name="ValidationLoss">
/// Mean negative log-likelihood on the validation images, in nats, with the averaged weights (EMA); <c>null</c> without validation images.
/// </param>
/// <param name="ValidationAccuracy">
/// Fraction of the validation images that are classified correctly with the averaged weights (EMA); <c>null</c> without validation images.
/// </param>
/// <param name="LearningRate">Learning rate at the last step of the epoch.</param>
/// <param name="Seconds">Duration of the epoch in seconds, including validation.</param>
public sealed record EpochResult(
    int Epoch, double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy, double LearningRate, double Seconds);
