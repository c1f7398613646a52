using System.Runtime.CompilerServices;
using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Applies bias and ReLU after max pooling, although the network applies bias, ReLU and batch norm before max pooling. The order can change
/// because bias and ReLU are monotonic: they do not change which of four values is the largest. Batch norm with a positive scale does not change
/// it either. With a negative scale, the largest output comes from the smallest input. Layers therefore negate the weights of such channels
/// when they are prepared (<see cref="Sign"/>), so that pooling is a maximum for all channels. <see cref="Apply"/> restores the sign of the result.
/// </summary>
internal sealed unsafe class PooledRelu<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private readonly AlignedFloats _sign, _bias; // [channels] per buffer

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

    /// <summary>Computes max(0, sign·x + bias) for a vector of channels that starts at <paramref name="channel"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply(TVector x, int channel) =>
        TVector.Max(default, TVector.MultiplyAdd(TVector.Load(_sign.Address + channel), x, TVector.Load(_bias.Address + channel)));
}
