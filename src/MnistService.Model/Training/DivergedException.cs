namespace MnistService.Model.Training;

/// <summary>The loss is no longer a finite number: the run cannot be saved.</summary>
public sealed class DivergedException(int step)
    : Exception($"The loss was not finite at step {step}. A lower learning rate usually helps.")
{
    public int Step { get; } = step;
}
