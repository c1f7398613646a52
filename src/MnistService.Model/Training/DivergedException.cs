namespace MnistService.Model.Training;

/// <summary>Training diverged: the loss is no longer finite. The run stops without a trained network.</summary>
public sealed class DivergedException(int step)
    : Exception($"The loss was not finite at step {step}. A lower learning rate usually helps.")
{
    public int Step { get; } = step;
}
