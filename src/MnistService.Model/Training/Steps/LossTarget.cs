namespace MnistService.Model.Training.Steps;

/// <summary>Parameters of the loss: cross-entropy with label smoothing, averaged over the batch.</summary>
/// <param name="Smoothing">Probability mass of the target that is distributed evenly over all ten digits (Szegedy et al., arXiv 1512.00567).</param>
/// <param name="BatchSize">Number of images in the whole batch, the divisor of the mean. A pass may process only a part of the batch.</param>
internal sealed record LossTarget(double Smoothing, int BatchSize);
