namespace MnistService.Model.Training.Steps;

/// <summary>Cross-entropy, a mean over the batch.</summary>
/// <param name="Smoothing">Probability mass that the target gives to all ten digits alike (Szegedy et al., arXiv 1512.00567).</param>
/// <param name="BatchSize">Pictures that the mean is over; those of one pass may be a part of them.</param>
internal sealed record LossTarget(double Smoothing, int BatchSize);
