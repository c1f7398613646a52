using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Batch normalisation with the statistics of training: scale·x + shift for each channel, scale = γ / √(variance + ε), shift = β − scale·mean. A layer
/// whose input is not padded takes it into its own weights.
/// </summary>
/// <param name="Scale">[channels]</param>
/// <param name="Shift">[channels]</param>
internal sealed record Normalization(double[] Scale, double[] Shift)
{
    private const double Epsilon = 1e-5; // PyTorch's

    /// <param name="state">The weights.</param>
    /// <param name="layer">Name of the batch normalisation in it.</param>
    public static Normalization Of(StateDict state, string layer)
    {
        ReadOnlySpan<float> gamma = state[$"{layer}.weight"].Floats, beta = state[$"{layer}.bias"].Floats;
        ReadOnlySpan<float> mean = state[$"{layer}.running_mean"].Floats, variance = state[$"{layer}.running_var"].Floats;
        var (scale, shift) = (new double[gamma.Length], new double[gamma.Length]);
        for (var channel = 0; channel < gamma.Length; channel++)
        {
            scale[channel] = gamma[channel] / Math.Sqrt(variance[channel] + Epsilon);
            shift[channel] = beta[channel] - scale[channel] * mean[channel];
        }
        return new(scale, shift);
    }
}
