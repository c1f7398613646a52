using System.Runtime.CompilerServices;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Bias and ReLU behind a pooling that stands, in the network, behind them and a normalisation. Adding a bias and cutting at zero do not change which
/// of four values is the largest. Normalisation does not either where its scale is positive; where it is negative, the largest is made of the
/// smallest. So the weights of such a channel are negated when the layer is prepared (<see cref="Sign"/>): the pooling is then a maximum for
/// all channels, and its result is negated back here.
/// </summary>
internal sealed unsafe class PooledRelu<TLanes, TVector>
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private readonly AlignedFloats _sign, _bias; // [channels] each

    /// <param name="bias">[channels] of the layer before.</param>
    /// <param name="normalization">What follows.</param>
    public PooledRelu(ReadOnlySpan<float> bias, Normalization normalization)
    {
        (_sign, _bias) = (new(bias.Length), new(bias.Length));
        bias.CopyTo(_bias.Span);
        for (var channel = 0; channel < bias.Length; channel++) _sign.Span[channel] = normalization.Scale[channel] < 0 ? -1 : 1;
    }

    /// <summary>[channels] 1, or −1 where the layer before has to be negated.</summary>
    public ReadOnlySpan<float> Sign => _sign.Span;

    /// <summary>max(0, sign·x + bias), for a vector of channels from <paramref name="channel"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply(TVector x, int channel) =>
        TLanes.Max(default, TLanes.MultiplyAdd(TLanes.Load(_sign.Address + channel), x, TLanes.Load(_bias.Address + channel)));
}
