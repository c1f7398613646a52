using System.Runtime.CompilerServices;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>The last fully connected layer, which maps hidden values to ten logits. The preceding batch norm is folded into the weights and the bias.</summary>
internal sealed unsafe class LogitsLayer<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    /// <summary>Row stride of the logits in floats: ten logits, padded to a multiple of every vector width (4, 8 and 16 floats).</summary>
    public const int Stride = FusedNetwork.LogitStride;

    private readonly int _inputs;
    private readonly AlignedFloats _weights, _bias = new(Stride); // [inputs×16] weights, [16] bias

    /// <param name="state">The state dict of the network. The layer has [10,inputs] weights and a [10] bias.</param>
    /// <param name="layer">Name of the layer in the state dict.</param>
    /// <param name="norm">The batch norm before this layer.</param>
    public LogitsLayer(StateDict state, string layer, BatchNorm norm)
    {
        ReadOnlySpan<float> weights = state[$"{layer}.weight"].Floats, bias = state[$"{layer}.bias"].Floats;
        _inputs = weights.Length / bias.Length;
        _weights = new(_inputs * Stride);
        for (var output = 0; output < bias.Length; output++)
        {
            var shifted = (double)bias[output];
            for (var i = 0; i < _inputs; i++)
            {
                _weights.Span[i * Stride + output] = (float)(weights[output * _inputs + i] * norm.Scale[i]);
                shifted += weights[output * _inputs + i] * norm.Shift[i];
            }
            _bias.Span[output] = (float)shifted;
        }
    }

    /// <summary>Computes x·W + bias.</summary>
    /// <param name="x">[<paramref name="count"/>×inputs].</param>
    /// <param name="y">[<paramref name="count"/>×<see cref="Stride"/>]; receives the logits.</param>
    /// <param name="count">Number of images.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* x, float* y, int count)
    {
        for (var picture = 0; picture < count; picture++, x += _inputs, y += Stride)
        {
            for (var column = 0; column < Stride; column += TVector.Count)
            {
                // Four independent sums hide the latency of multiply-add.
                TVector a = TVector.Load(_bias.Address + column), b = default, c = default, d = default;
                var w = _weights.Address + column;
                for (var i = 0; i < _inputs; i += 4, w += 4 * Stride)
                {
                    a = TVector.MultiplyAdd(TVector.Broadcast(x[i]), TVector.Load(w), a);
                    b = TVector.MultiplyAdd(TVector.Broadcast(x[i + 1]), TVector.Load(w + Stride), b);
                    c = TVector.MultiplyAdd(TVector.Broadcast(x[i + 2]), TVector.Load(w + 2 * Stride), c);
                    d = TVector.MultiplyAdd(TVector.Broadcast(x[i + 3]), TVector.Load(w + 3 * Stride), d);
                }
                (a + b + (c + d)).Store(y + column);
            }
        }
    }
}
