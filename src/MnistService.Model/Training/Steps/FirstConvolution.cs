using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MnistService.Model.Imaging;
using MnistService.Model.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// The first convolution (3×3, 1 to 16 channels, zero padding) on the CPU, forward and backward. Sixteen channels fill one vector, and the nine
/// weights of each channel stay in registers. libtorch is slow for a single input channel. The input is the image, so it needs no gradient.
/// </summary>
internal sealed unsafe class FirstConvolution
{
    internal const int Channels = 16;

    private const int Side = DigitImage.Side, Taps = 9, Padded = Side + 2;

    private readonly float* _weight, _bias, _weightGradient, _biasGradient; // weights: [16,3,3], biases: [16]
    private readonly float[] _picture = new float[Padded * Padded];         // one zero-padded image
    private Tensor? _input;

    /// <param name="convolution">
    /// The convolution. Its tensors must not move in memory. Its weight is channels-last, which is [16,3,3] for one input channel.
    /// </param>
    internal FirstConvolution(Conv2d convolution)
    {
        _weight = Floats.Of(convolution.weight!);
        _bias = Floats.Of(convolution.bias!);
        _weightGradient = Floats.Of(convolution.weight!.grad!);
        _biasGradient = Floats.Of(convolution.bias!.grad!);
    }

    /// <summary>Computes the convolution.</summary>
    /// <param name="input">[N,1,28,28]; a reference is kept until <see cref="Backward"/>.</param>
    /// <returns>[N,16,28,28], channels-last.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // without it the first hundred steps run unoptimized code
    internal Tensor Forward(Tensor input)
    {
        _input = input;
        var n = (int)input.shape[0];
        var output = empty([n, Side, Side, Channels], dtype: ScalarType.Float32);
        float* x = Floats.Of(input), y = Floats.Of(output);
        float* weights = stackalloc float[Taps * Channels]; // [tap][channel]
        for (var tap = 0; tap < Taps; tap++)
            for (var c = 0; c < Channels; c++) weights[tap * Channels + c] = _weight[c * Taps + tap];
        var (w0, w1, w2) = (Vector512.Load(weights), Vector512.Load(weights + 16), Vector512.Load(weights + 32));
        var (w3, w4, w5) = (Vector512.Load(weights + 48), Vector512.Load(weights + 64), Vector512.Load(weights + 80));
        var (w6, w7, w8) = (Vector512.Load(weights + 96), Vector512.Load(weights + 112), Vector512.Load(weights + 128));
        var bias = Vector512.Load(_bias);
        fixed (float* picture = _picture)
        {
            for (var i = 0; i < n; i++, x += Side * Side)
            {
                Pad(x);
                for (var row = 0; row < Side; row++)
                {
                    float* above = picture + row * Padded, here = above + Padded, below = here + Padded;
                    for (var column = 0; column < Side; column++, above++, here++, below++, y += Channels)
                    {
                        // Three independent chains hide the latency of multiply-add.
                        var a = Vector512.FusedMultiplyAdd(w0, Vector512.Create(above[0]), bias);
                        var b = w3 * Vector512.Create(here[0]);
                        var c = w6 * Vector512.Create(below[0]);
                        a = Vector512.FusedMultiplyAdd(w1, Vector512.Create(above[1]), a);
                        b = Vector512.FusedMultiplyAdd(w4, Vector512.Create(here[1]), b);
                        c = Vector512.FusedMultiplyAdd(w7, Vector512.Create(below[1]), c);
                        a = Vector512.FusedMultiplyAdd(w2, Vector512.Create(above[2]), a);
                        b = Vector512.FusedMultiplyAdd(w5, Vector512.Create(here[2]), b);
                        c = Vector512.FusedMultiplyAdd(w8, Vector512.Create(below[2]), c);
                        (a + b + c).Store(y);
                    }
                }
            }
        }
        return output.permute(0, 3, 1, 2);
    }

    /// <summary>Adds to the gradients of weight and bias.</summary>
    /// <param name="gradient">[N,16,28,28] gradient of the output, channels-last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Backward(Tensor gradient)
    {
        using var outer = gradient.permute(0, 2, 3, 1);
        var n = (int)_input!.shape[0];
        float* x = Floats.Of(_input), dy = Floats.Of(outer);
        var zero = Vector512<float>.Zero;
        var (g0, g1, g2, g3, g4, g5, g6, g7, g8) = (zero, zero, zero, zero, zero, zero, zero, zero, zero);
        var bias = zero;
        fixed (float* picture = _picture)
        {
            for (var i = 0; i < n; i++, x += Side * Side)
            {
                Pad(x);
                for (var row = 0; row < Side; row++)
                {
                    float* above = picture + row * Padded, here = above + Padded, below = here + Padded;
                    for (var column = 0; column < Side; column++, above++, here++, below++, dy += Channels)
                    {
                        var g = Vector512.Load(dy);
                        bias += g;
                        g0 = Vector512.FusedMultiplyAdd(g, Vector512.Create(above[0]), g0);
                        g1 = Vector512.FusedMultiplyAdd(g, Vector512.Create(above[1]), g1);
                        g2 = Vector512.FusedMultiplyAdd(g, Vector512.Create(above[2]), g2);
                        g3 = Vector512.FusedMultiplyAdd(g, Vector512.Create(here[0]), g3);
                        g4 = Vector512.FusedMultiplyAdd(g, Vector512.Create(here[1]), g4);
                        g5 = Vector512.FusedMultiplyAdd(g, Vector512.Create(here[2]), g5);
                        g6 = Vector512.FusedMultiplyAdd(g, Vector512.Create(below[0]), g6);
                        g7 = Vector512.FusedMultiplyAdd(g, Vector512.Create(below[1]), g7);
                        g8 = Vector512.FusedMultiplyAdd(g, Vector512.Create(below[2]), g8);
                    }
                }
            }
        }
        for (var c = 0; c < Channels; c++)
        {
            var weight = _weightGradient + c * Taps;
            _biasGradient[c] += bias[c];
            weight[0] += g0[c];
            weight[1] += g1[c];
            weight[2] += g2[c];
            weight[3] += g3[c];
            weight[4] += g4[c];
            weight[5] += g5[c];
            weight[6] += g6[c];
            weight[7] += g7[c];
            weight[8] += g8[c];
        }
        _input = null;
    }

    private void Pad(float* picture)
    {
        for (var row = 0; row < Side; row++)
            new ReadOnlySpan<float>(picture + row * Side, Side).CopyTo(_picture.AsSpan((row + 1) * Padded + 1));
    }
}
