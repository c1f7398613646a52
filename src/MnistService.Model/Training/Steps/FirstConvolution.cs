using System.Runtime.CompilerServices;
using MnistService.Model.Imaging;
using MnistService.Model.Simd;
using MnistService.Model.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// The first convolution (3×3, 1 input channel, 16 output channels, zero padding) on the CPU, forward and backward. libtorch is slow for a single input
/// channel. Each SIMD vector holds several channels, and the nine weights of each channel stay in registers. The gradient of the input is not computed, because
/// the input is the image.
/// </summary>
internal sealed unsafe class FirstConvolution<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private const int Channels = 16, Side = DigitImage.Side, Taps = 9, Padded = Side + 2;

    private readonly float* _weight, _bias, _weightGradient, _biasGradient; // weights and their gradients: [16,3,3]; biases and their gradients: [16]
    private readonly float[] _picture = new float[Padded * Padded];         // one zero-padded image
    private Tensor? _input;

    /// <param name="convolution">
    /// The layer. Its tensors must not move in memory, because this class keeps pointers to them. The weight tensor is [16,1,3,3], channels-last; with one
    /// input channel, the memory layout equals [16,3,3].
    /// </param>
    internal FirstConvolution(Conv2d convolution)
    {
        _weight = Floats.Of(convolution.weight!);
        _bias = Floats.Of(convolution.bias!);
        _weightGradient = Floats.Of(convolution.weight!.grad!);
        _biasGradient = Floats.Of(convolution.bias!.grad!);
    }

    /// <summary>Computes the output of the layer for a batch.</summary>
    /// <param name="input">[N,1,28,28]; a reference to the tensor is kept until <see cref="Backward"/>.</param>
    /// <returns>[N,16,28,28], channels-last.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // without AggressiveOptimization, tiered compilation would run unoptimized code in the first steps
    internal Tensor Forward(Tensor input)
    {
        _input = input;
        var n = (int)input.shape[0];
        var output = empty([n, Side, Side, Channels], dtype: ScalarType.Float32);
        float* x = Floats.Of(input), y = Floats.Of(output);
        float* weights = stackalloc float[Taps * Channels]; // [kernel position][channel]
        for (var tap = 0; tap < Taps; tap++)
            for (var c = 0; c < Channels; c++) weights[tap * Channels + c] = _weight[c * Taps + tap];
        for (var channel = 0; channel < Channels; channel += TVector.Count)
        {
            var w = weights + channel;
            var (w0, w1, w2) = (TVector.Load(w), TVector.Load(w + Channels), TVector.Load(w + 2 * Channels));
            var (w3, w4, w5) = (TVector.Load(w + 3 * Channels), TVector.Load(w + 4 * Channels), TVector.Load(w + 5 * Channels));
            var (w6, w7, w8) = (TVector.Load(w + 6 * Channels), TVector.Load(w + 7 * Channels), TVector.Load(w + 8 * Channels));
            var bias = TVector.Load(_bias + channel);
            var target = y + channel;
            fixed (float* picture = _picture)
            {
                for (var i = 0; i < n; i++)
                {
                    Pad(x + i * Side * Side);
                    for (var row = 0; row < Side; row++)
                    {
                        float* above = picture + row * Padded, here = above + Padded, below = here + Padded;
                        for (var column = 0; column < Side; column++, above++, here++, below++, target += Channels)
                        {
                            // Three independent chains of multiply-adds hide the latency of a single multiply-add.
                            var a = TVector.MultiplyAdd(w0, TVector.Broadcast(above[0]), bias);
                            var b = w3 * TVector.Broadcast(here[0]);
                            var c = w6 * TVector.Broadcast(below[0]);
                            a = TVector.MultiplyAdd(w1, TVector.Broadcast(above[1]), a);
                            b = TVector.MultiplyAdd(w4, TVector.Broadcast(here[1]), b);
                            c = TVector.MultiplyAdd(w7, TVector.Broadcast(below[1]), c);
                            a = TVector.MultiplyAdd(w2, TVector.Broadcast(above[2]), a);
                            b = TVector.MultiplyAdd(w5, TVector.Broadcast(here[2]), b);
                            c = TVector.MultiplyAdd(w8, TVector.Broadcast(below[2]), c);
                            (a + b + c).Store(target);
                        }
                    }
                }
            }
        }
        return output.permute(0, 3, 1, 2);
    }

    /// <summary>Computes the gradients of the weight and the bias of the layer, and adds them to the existing gradients.</summary>
    /// <param name="gradient">[N,16,28,28] gradient of the output, channels-last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Backward(Tensor gradient)
    {
        using var outer = gradient.permute(0, 2, 3, 1);
        var n = (int)_input!.shape[0];
        float* x = Floats.Of(_input), dy = Floats.Of(outer);
        float* sums = stackalloc float[(Taps + 1) * Channels]; // [10][channel]: gradients of the nine weights, then of the bias
        for (var channel = 0; channel < Channels; channel += TVector.Count)
        {
            TVector g0 = default, g1 = default, g2 = default, g3 = default, g4 = default, g5 = default, g6 = default, g7 = default, g8 = default, bias = default;
            var slope = dy + channel;
            fixed (float* picture = _picture)
            {
                for (var i = 0; i < n; i++)
                {
                    Pad(x + i * Side * Side);
                    for (var row = 0; row < Side; row++)
                    {
                        float* above = picture + row * Padded, here = above + Padded, below = here + Padded;
                        for (var column = 0; column < Side; column++, above++, here++, below++, slope += Channels)
                        {
                            var g = TVector.Load(slope);
                            bias += g;
                            g0 = TVector.MultiplyAdd(g, TVector.Broadcast(above[0]), g0);
                            g1 = TVector.MultiplyAdd(g, TVector.Broadcast(above[1]), g1);
                            g2 = TVector.MultiplyAdd(g, TVector.Broadcast(above[2]), g2);
                            g3 = TVector.MultiplyAdd(g, TVector.Broadcast(here[0]), g3);
                            g4 = TVector.MultiplyAdd(g, TVector.Broadcast(here[1]), g4);
                            g5 = TVector.MultiplyAdd(g, TVector.Broadcast(here[2]), g5);
                            g6 = TVector.MultiplyAdd(g, TVector.Broadcast(below[0]), g6);
                            g7 = TVector.MultiplyAdd(g, TVector.Broadcast(below[1]), g7);
                            g8 = TVector.MultiplyAdd(g, TVector.Broadcast(below[2]), g8);
                        }
                    }
                }
            }
            var target = sums + channel;
            g0.Store(target);
            g1.Store(target + Channels);
            g2.Store(target + 2 * Channels);
            g3.Store(target + 3 * Channels);
            g4.Store(target + 4 * Channels);
            g5.Store(target + 5 * Channels);
            g6.Store(target + 6 * Channels);
            g7.Store(target + 7 * Channels);
            g8.Store(target + 8 * Channels);
            bias.Store(target + Taps * Channels);
        }
        for (var c = 0; c < Channels; c++)
        {
            for (var tap = 0; tap < Taps; tap++) _weightGradient[c * Taps + tap] += sums[tap * Channels + c];
            _biasGradient[c] += sums[Taps * Channels + c];
        }
        _input = null;
    }

    private void Pad(float* picture)
    {
        for (var row = 0; row < Side; row++)
            new ReadOnlySpan<float>(picture + row * Side, Side).CopyTo(_picture.AsSpan((row + 1) * Padded + 1));
    }
}
