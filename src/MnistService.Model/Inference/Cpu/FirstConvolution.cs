using System.Runtime.CompilerServices;
using MnistService.Model.Imaging;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>The tensor sizes of <see cref="FirstConvolution{TVector}"/>.</summary>
internal static class FirstConvolution
{
    /// <summary>Side of the input of the first convolution in pixels: the image with one pixel of zero padding on each side.</summary>
    public const int InputSide = 30;

    /// <summary>Row stride of the zero-padded input in floats: 30 pixels and 2 unused floats.</summary>
    public const int InputStride = 32;

    /// <summary>Number of output channels of the first convolution.</summary>
    public const int Channels = 16;

    /// <summary>Side of the output of the first convolution in pixels, after 2×2 max pooling.</summary>
    public const int OutputSide = 14;

    /// <summary>Side of the pooled output in pixels, with one pixel of zero padding on each side for the second convolution.</summary>
    public const int PaddedSide = OutputSide + 2;
}

/// <summary>
/// Fused 3×3 convolution (1 input channel, 16 output channels, zero padding), ReLU, batch norm and 2×2 max pooling. The full-size convolution output is never
/// written to memory. Each SIMD vector holds several channels. The nine weights of each channel stay in registers. Each pixel of a 4×4 patch is loaded once
/// for all four outputs of the pooling window.
/// </summary>
internal sealed unsafe class FirstConvolution<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private const int Channels = FirstConvolution.Channels, InputStride = FirstConvolution.InputStride;
    private const int OutputSide = FirstConvolution.OutputSide, PaddedSide = FirstConvolution.PaddedSide;
    private const int Taps = 9;

    private readonly AlignedFloats _weights = new(Taps * Channels); // [3][3][channel]
    private readonly PooledRelu<TVector> _relu;
    private readonly AlignedFloats _scale = new(Channels), _shift = new(Channels); // [channel], scale and shift of batch norm

    /// <param name="state">The state dict of the network. The layer has [16,1,3,3] weights and a [16] bias.</param>
    /// <param name="layer">Name of the convolution in the state dict.</param>
    /// <param name="norm">The batch norm after ReLU.</param>
    /// <param name="paper">The standardized value of a paper pixel.</param>
    public FirstConvolution(StateDict state, string layer, BatchNorm norm, float paper)
    {
        _relu = new(state[$"{layer}.bias"].Floats, norm);
        var weights = state[$"{layer}.weight"].Floats;
        for (var channel = 0; channel < Channels; channel++)
        {
            (_scale.Span[channel], _shift.Span[channel]) = ((float)norm.Scale[channel], (float)norm.Shift[channel]);
            for (var tap = 0; tap < Taps; tap++)
                _weights.Span[tap * Channels + channel] = _relu.Sign[channel] * weights[channel * Taps + tap];
        }
        var sheet = new AlignedFloats(FirstConvolution.InputSide * InputStride);
        for (var row = 1; row <= DigitImage.Side; row++) sheet.Span.Slice(row * InputStride + 1, DigitImage.Side).Fill(paper);
        Apply(sheet.Address, InkMap.Everywhere, Blank.Address);
        GC.KeepAlive(sheet);
    }

    /// <summary>[16][16][16 channels]: the zero-padded output for an image without ink.</summary>
    public AlignedFloats Blank { get; } = new(PaddedSide * PaddedSide * Channels);

    /// <summary>Computes the layer for one image. Outputs whose receptive field has no ink are copied from <see cref="Blank"/>.</summary>
    /// <param name="x">[30][32] floats: in each row, 30 standardized pixels and 2 unused floats. The border of the 30×30 pixels is zero.</param>
    /// <param name="ink">The pixels of the image that are not paper.</param>
    /// <param name="y">[16][16][16 channels]; receives the zero-padded output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* x, InkMap ink, float* y)
    {
        Blank.Span.CopyTo(new(y, Blank.Length));
        for (var channel = 0; channel < Channels; channel += TVector.Count)
        {
            var w = _weights.Address + channel;
            var (w00, w01, w02) = (TVector.Load(w), TVector.Load(w + Channels), TVector.Load(w + 2 * Channels));
            var (w10, w11, w12) = (TVector.Load(w + 3 * Channels), TVector.Load(w + 4 * Channels), TVector.Load(w + 5 * Channels));
            var (w20, w21, w22) = (TVector.Load(w + 6 * Channels), TVector.Load(w + 7 * Channels), TVector.Load(w + 8 * Channels));
            for (var row = 0; row < OutputSide; row++)
            {
                var (column, last) = ink.PooledColumns(row);
                var patch = x + 2 * (row * InputStride + column);
                var target = y + ((row + 1) * PaddedSide + column + 1) * Channels + channel;
                for (; column < last; column++, patch += 2, target += Channels)
                {
                    // Row 0 of the 4×4 patch contributes only to the two upper outputs.
                    TVector p0 = TVector.Broadcast(patch[0]), p1 = TVector.Broadcast(patch[1]), p2 = TVector.Broadcast(patch[2]), p3 = TVector.Broadcast(patch[3]);
                    var upperLeft = Taps3(p0, w00, p1, w01, p2, w02, default);
                    var upperRight = Taps3(p1, w00, p2, w01, p3, w02, default);

                    (p0, p1, p2, p3) = (TVector.Broadcast(patch[InputStride]), TVector.Broadcast(patch[InputStride + 1]),
                        TVector.Broadcast(patch[InputStride + 2]), TVector.Broadcast(patch[InputStride + 3]));
                    upperLeft = Taps3(p0, w10, p1, w11, p2, w12, upperLeft);
                    upperRight = Taps3(p1, w10, p2, w11, p3, w12, upperRight);
                    var lowerLeft = Taps3(p0, w00, p1, w01, p2, w02, default);
                    var lowerRight = Taps3(p1, w00, p2, w01, p3, w02, default);

                    (p0, p1, p2, p3) = (TVector.Broadcast(patch[2 * InputStride]), TVector.Broadcast(patch[2 * InputStride + 1]),
                        TVector.Broadcast(patch[2 * InputStride + 2]), TVector.Broadcast(patch[2 * InputStride + 3]));
                    upperLeft = Taps3(p0, w20, p1, w21, p2, w22, upperLeft);
                    upperRight = Taps3(p1, w20, p2, w21, p3, w22, upperRight);
                    lowerLeft = Taps3(p0, w10, p1, w11, p2, w12, lowerLeft);
                    lowerRight = Taps3(p1, w10, p2, w11, p3, w12, lowerRight);

                    (p0, p1, p2, p3) = (TVector.Broadcast(patch[3 * InputStride]), TVector.Broadcast(patch[3 * InputStride + 1]),
                        TVector.Broadcast(patch[3 * InputStride + 2]), TVector.Broadcast(patch[3 * InputStride + 3]));
                    lowerLeft = Taps3(p0, w20, p1, w21, p2, w22, lowerLeft);
                    lowerRight = Taps3(p1, w20, p2, w21, p3, w22, lowerRight);

                    var largest = TVector.Max(TVector.Max(upperLeft, upperRight), TVector.Max(lowerLeft, lowerRight));
                    TVector.MultiplyAdd(TVector.Load(_scale.Address + channel), _relu.Apply(largest, channel), TVector.Load(_shift.Address + channel)).Store(target);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Taps3(TVector p0, TVector w0, TVector p1, TVector w1, TVector p2, TVector w2, TVector sum) =>
        TVector.MultiplyAdd(p2, w2, TVector.MultiplyAdd(p1, w1, TVector.MultiplyAdd(p0, w0, sum)));
}
