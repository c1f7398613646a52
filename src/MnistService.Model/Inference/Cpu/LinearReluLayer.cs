using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// A fully connected layer with ReLU that skips zero inputs: y = max(0, Σ x[k]·W[k] + bias), summed over all k with x[k] ≠ 0. Most of the inputs are zero,
/// because they are pixels or the output of a ReLU. The weights of a zero input are not read from memory.
/// </summary>
/// <remarks>
/// Weight layout: [group][input][outputs of the group], where a group is 8 vectors of outputs. Blocks of 64 inputs are applied to all images of
/// the batch in turn: the weights of a block (at most 32 kB) stay in the L1 cache, and the sums of a group stay in registers.
/// </remarks>
/// <typeparam name="TVector">The type of SIMD vector.</typeparam>
/// <typeparam name="TWeight">The number format of the weights in memory.</typeparam>
internal sealed unsafe class LinearReluLayer<TVector, TWeight>
    where TVector : struct, IFloatVector<TVector>
    where TWeight : unmanaged, ILayerWeight<TWeight>
{
    private const int BlockInputs = 64, GroupVectors = 8;

    private readonly int _inputs;
    private readonly AlignedFloats _weights; // memory that holds TWeight values
    private readonly AlignedFloats _bias; // [outputs], divided by the steps
    private readonly float[] _steps;

    /// <param name="state">The state dict of the network. The layer has [outputs,inputs] weights and an [outputs] bias.</param>
    /// <param name="layer">Name of the layer in the state dict.</param>
    /// <param name="input">
    /// Maps an input index of this layer to the index in PyTorch's order, and to the scale and shift of the normalization before this layer. The constructor
    /// folds scale and shift into weights and bias.
    /// </param>
    public LinearReluLayer(StateDict state, string layer, Func<int, (int Place, double Scale, double Shift)> input)
    {
        ReadOnlySpan<float> weights = state[$"{layer}.weight"].Floats, bias = state[$"{layer}.bias"].Floats;
        Outputs = bias.Length;
        _inputs = weights.Length / Outputs;
        (_weights, _bias, _steps) = (new(weights.Length * sizeof(TWeight) / sizeof(float)), new(Outputs), new float[Outputs]);
        var places = Enumerable.Range(0, _inputs).Select(input).ToArray();
        var packed = MemoryMarshal.Cast<float, TWeight>(_weights.Span);
        for (var output = 0; output < Outputs; output++)
        {
            var (largest, shifted) = (0.0, (double)bias[output]);
            for (var i = 0; i < _inputs; i++)
            {
                var (place, scale, shift) = places[i];
                var weight = (double)weights[output * _inputs + place];
                largest = Math.Max(largest, Math.Abs(weight * scale));
                shifted += weight * shift;
            }
            var step = TWeight.Step(largest);
            var (group, column) = Math.DivRem(output, GroupWidth);
            for (var i = 0; i < _inputs; i++)
            {
                var (place, scale, _) = places[i];
                packed[(group * _inputs + i) * GroupWidth + column] = TWeight.Of(weights[output * _inputs + place] * scale / step);
            }
            (_bias.Span[output], _steps[output]) = ((float)(shifted / step), (float)step);
        }
    }

    /// <summary>Number of outputs; a multiple of 128 (8 vectors of 16 floats).</summary>
    public int Outputs { get; }

    /// <summary>[outputs]; the factor by which each result of <see cref="ApplyWithRelu"/> must be multiplied. Always 1 for <see cref="FloatWeight"/>.</summary>
    public ReadOnlySpan<float> Steps => _steps;

    private static int GroupWidth => GroupVectors * TVector.Count;

    /// <summary>Computes max(0, x·W + bias), divided by <see cref="Steps"/>.</summary>
    /// <param name="x">[<paramref name="count"/>×inputs].</param>
    /// <param name="y">[<paramref name="count"/>×<see cref="Outputs"/>]; receives the result of the layer.</param>
    /// <param name="count">Number of images.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyWithRelu(float* x, float* y, int count)
    {
        for (var picture = 0; picture < count; picture++) _bias.Span.CopyTo(new(y + picture * Outputs, Outputs));
        for (var group = 0; group < Outputs; group += GroupWidth)
        {
            var weights = (TWeight*)_weights.Address + group * _inputs;
            for (var block = 0; block < _inputs; block += BlockInputs, weights += BlockInputs * GroupWidth)
            {
                var inputs = Math.Min(BlockInputs, _inputs - block);
                for (var picture = 0; picture < count; picture++) AddBlock(x + picture * _inputs + block, inputs, weights, y + picture * Outputs + group);
            }
        }
        for (var end = y + count * Outputs; y < end; y += TVector.Count) TVector.Max(default, TVector.Load(y)).Store(y);
    }

    /// <summary>Adds the products of up to 64 inputs and their weights to the sums of eight vectors of outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlock(float* x, int inputs, TWeight* weights, float* y)
    {
        var present = 0UL;
        for (var i = 0; i < inputs; i += TVector.Count) present |= (ulong)TVector.NotZero(TVector.Load(x + i)) << i;
        if (present == 0) return;
        TVector a = TVector.Load(y), b = TVector.Load(y + TVector.Count), c = TVector.Load(y + 2 * TVector.Count), d = TVector.Load(y + 3 * TVector.Count);
        TVector e = TVector.Load(y + 4 * TVector.Count), f = TVector.Load(y + 5 * TVector.Count), g = TVector.Load(y + 6 * TVector.Count), h = TVector.Load(y + 7 * TVector.Count);
        do
        {
            var input = BitOperations.TrailingZeroCount(present);
            present &= present - 1;
            var value = TVector.Broadcast(x[input]);
            var w = weights + (nint)input * GroupWidth;
            a = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w), a);
            b = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w + TVector.Count), b);
            c = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w + 2 * TVector.Count), c);
            d = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w + 3 * TVector.Count), d);
            e = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w + 4 * TVector.Count), e);
            f = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w + 5 * TVector.Count), f);
            g = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w + 6 * TVector.Count), g);
            h = TVector.MultiplyAdd(value, TWeight.Load<TVector>(w + 7 * TVector.Count), h);
        }
        while (present != 0);
        a.Store(y);
        b.Store(y + TVector.Count);
        c.Store(y + 2 * TVector.Count);
        d.Store(y + 3 * TVector.Count);
        e.Store(y + 4 * TVector.Count);
        f.Store(y + 5 * TVector.Count);
        g.Store(y + 6 * TVector.Count);
        h.Store(y + 7 * TVector.Count);
    }
}
