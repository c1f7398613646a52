using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Batch norm for inference: y = scale·x + shift per channel, where scale = γ / √(variance + ε) and shift = β − scale·mean. Mean and variance are the running
/// statistics of the training. A layer after batch norm can fold scale and shift into its weights and bias. A layer that zero-pads its input cannot, because
/// the shift would not apply to the padding.
/// </summary>
/// <param name="Scale">[channels] factor of each channel.</param>
/// <param name="Shift">[channels] summand of each channel.</param>
internal sealed record BatchNorm(double[] Scale, double[] Shift)
{
    private const double Epsilon = 1e-5; // ε; PyTorch's default

    /// <param name="state">The state dict of the network.</param>
    /// <param name="layer">Name of the batch norm in the state dict.</param>
    public static BatchNorm Of(StateDict state, string layer)
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
