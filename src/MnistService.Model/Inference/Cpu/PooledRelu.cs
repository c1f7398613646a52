using System.Runtime.CompilerServices;
using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Applies bias and ReLU after max pooling, although the network applies bias, ReLU and batch norm before max pooling. Bias, ReLU and a batch norm with a
/// positive scale are monotonic, so they do not change which of the four pooled values is the largest. With a negative scale, the largest output comes from
/// the smallest input. The convolution therefore negates the weights of a channel with a negative scale (<see cref="Sign"/>), and <see cref="Apply"/> restores
/// the sign after pooling.
/// </summary>
internal sealed unsafe class PooledRelu<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private readonly AlignedFloats _sign, _bias; // [channels] each

    /// <param name="bias">[channels], the bias of the convolution before the pooling.</param>
    /// <param name="norm">The batch norm of the same channels.</param>
    public PooledRelu(ReadOnlySpan<float> bias, BatchNorm norm)
    {
        (_sign, _bias) = (new(bias.Length), new(bias.Length));
        bias.CopyTo(_bias.Span);
        for (var channel = 0; channel < bias.Length; channel++) _sign.Span[channel] = norm.Scale[channel] < 0 ? -1 : 1;
    }

    /// <summary>[channels]: −1 if the preceding convolution must negate the weights of the channel, else 1.</summary>
    public ReadOnlySpan<float> Sign => _sign.Span;

    /// <summary>
    /// Computes max(0, sign·x + bias) for a vector of channels that starts at <paramref name="channel"/>. The sign is that of <see cref="Sign"/>: −1 for a
    /// channel whose weights the convolution negated, else 1.
    /// </summary>
    /// <param name="x">Results of the max pooling.</param>
    /// <param name="channel">Index of the first channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply(TVector x, int channel) =>
        TVector.Max(default, TVector.MultiplyAdd(TVector.Load(_sign.Address + channel), x, TVector.Load(_bias.Address + channel)));
}
