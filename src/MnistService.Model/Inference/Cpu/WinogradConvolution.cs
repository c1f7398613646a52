using System.Runtime.CompilerServices;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>The tensor sizes of <see cref="WinogradConvolution{TVector}"/>.</summary>
internal static class WinogradConvolution
{
    public const int InputChannels = FirstConvolution.Channels, Channels = 32;

    /// <summary>
    /// Side of the output of the second convolution in pixels, after pooling. Each output pixel is computed from one 4×4 input tile, so this is also the number
    /// of tiles per row and per column.
    /// </summary>
    public const int OutputSide = 7;

    /// <summary>Number of 4×4 input tiles that are computed together. Each tile is one row of the matrix products.</summary>
    public const int TilesAtATime = 7;

    /// <summary>Number of elements of a transformed 4×4 tile. Each element position has its own matrix product.</summary>
    public const int Places = 16;

    /// <summary>Number of floats that the transformed input of seven tiles has at each of the 16 element positions: 7 tiles × 16 channels.</summary>
    public const int InputPlace = TilesAtATime * InputChannels;

    /// <summary>Number of floats that the matrix product of each of the 16 element positions has: 7 tiles × 32 channels.</summary>
    public const int OutputPlace = TilesAtATime * Channels;

    /// <summary>Size of the scratch buffer in floats. The buffer holds the transformed input and the matrix products of seven tiles.</summary>
    public const int WorkFloats = Places * (InputPlace + OutputPlace);
}

/// <summary>
/// Fused 3×3 convolution (16 input channels, 32 output channels, zero padding), ReLU and 2×2 max pooling. Uses Winograd's F(2×2, 3×3) (Lavin and Gray, arXiv
/// 1509.09308): y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, where d is a 4×4 input tile and g is a 3×3 kernel. Each tile gives 2×2 outputs, which are one pooling window,
/// with 16 multiplications per channel instead of 36. For each of the 16 element positions of a transformed tile, one matrix product over the channels
/// processes seven tiles.
/// </summary>
internal sealed unsafe class WinogradConvolution<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private const int InputChannels = WinogradConvolution.InputChannels, Channels = WinogradConvolution.Channels, OutputSide = WinogradConvolution.OutputSide;
    private const int Places = WinogradConvolution.Places, TilesAtATime = WinogradConvolution.TilesAtATime;
    private const int InputPlace = WinogradConvolution.InputPlace, OutputPlace = WinogradConvolution.OutputPlace;
    private const int InputSide = FirstConvolution.PaddedSide;

    private readonly AlignedFloats _weights = new(Places * InputChannels * Channels); // one packed [16×32] matrix per element position
    private readonly AlignedFloats _blank = new(InkMap.Tiles * Channels); // [tile][channel], the output for an image without ink
    private readonly PooledRelu<TVector> _relu;

    /// <param name="state">The state dict of the network. The layer has [32,16,3,3] weights and a [32] bias.</param>
    /// <param name="layer">Name of the convolution in the state dict.</param>
    /// <param name="norm">The batch norm after ReLU. This layer uses only the signs of the scales; the next layer applies the batch norm.</param>
    /// <param name="blank">[16][16][16 channels]: the zero-padded input of this layer for an image without ink.</param>
    public WinogradConvolution(StateDict state, string layer, BatchNorm norm, AlignedFloats blank)
    {
        _relu = new(state[$"{layer}.bias"].Floats, norm);
        var weights = state[$"{layer}.weight"].Floats;
        var places = new float[Places][];
        for (var place = 0; place < Places; place++) places[place] = new float[InputChannels * Channels];
        Span<double> transformed = stackalloc double[Places];
        for (var output = 0; output < Channels; output++)
        {
            for (var input = 0; input < InputChannels; input++)
            {
                TransformWeights(weights.Slice((output * InputChannels + input) * 9, 9), transformed);
                for (var place = 0; place < Places; place++)
                    places[place][input * Channels + output] = (float)(_relu.Sign[output] * transformed[place]);
            }
        }
        for (var place = 0; place < Places; place++)
            MatrixProduct<TVector>.Pack(places[place], Channels, _weights.Span.Slice(place * InputChannels * Channels, InputChannels * Channels));
        var work = new AlignedFloats(WinogradConvolution.WorkFloats);
        Apply(blank.Address, InkMap.Everywhere, _blank.Address, work.Address);
        GC.KeepAlive(work);
    }

    /// <summary>Computes the layer for one image, without batch norm. Tiles whose receptive field has no ink are copied from a precomputed output.</summary>
    /// <param name="x">[16][16][16 channels]; the border is zero.</param>
    /// <param name="ink">The ink pixels of the image.</param>
    /// <param name="y">[7][7][32 channels]; receives the output.</param>
    /// <param name="work">[<see cref="WinogradConvolution.WorkFloats"/>] scratch buffer.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* x, InkMap ink, float* y, float* work)
    {
        _blank.Span.CopyTo(new(y, _blank.Length));
        var tiles = stackalloc byte[InkMap.Tiles];
        var count = ink.TilesWithInk(new(tiles, InkMap.Tiles));
        while (count % TilesAtATime != 0) tiles[count++] = tiles[0]; // fills the last group of seven by repeating a tile
        float* inputs = work, products = work + Places * InputPlace; // inputs: [position][7 tiles][16 channels]; products: [position][7 tiles][32 channels]
        for (var end = tiles + count; tiles < end; tiles += TilesAtATime)
        {
            TransformInput(x, tiles, inputs);
            for (var place = 0; place < Places; place++)
            {
                MatrixProduct<TVector>.Multiply(inputs + place * InputPlace, _weights.Address + place * InputChannels * Channels,
                    products + place * OutputPlace, InputChannels, Channels);
            }
            TransformOutput(products, tiles, y);
        }
    }

    /// <summary>Computes the Winograd transform Bᵀ d B of seven 4×4 input tiles d. Adjacent tiles overlap by two rows or columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformInput(float* x, byte* tiles, float* target)
    {
        const int row = InputSide * InputChannels;
        for (var tile = 0; tile < TilesAtATime; tile++)
        {
            var (tileRow, tileColumn) = Math.DivRem((uint)tiles[tile], (uint)OutputSide);
            for (var channel = 0; channel < InputChannels; channel += TVector.Count)
            {
                float* d = x + 2 * (tileRow * row + tileColumn * InputChannels) + channel, v = target + tile * InputChannels + channel;
                var (a0, a1, a2, a3) = Columns(d, d + row, d + 2 * row, d + 3 * row);
                var (b0, b1, b2, b3) = Columns(d + InputChannels, d + InputChannels + row, d + InputChannels + 2 * row, d + InputChannels + 3 * row);
                d += 2 * InputChannels;
                var (c0, c1, c2, c3) = Columns(d, d + row, d + 2 * row, d + 3 * row);
                d += InputChannels;
                var (e0, e1, e2, e3) = Columns(d, d + row, d + 2 * row, d + 3 * row);
                Rows(a0, b0, c0, e0, v);
                Rows(a1, b1, c1, e1, v + 4 * InputPlace);
                Rows(a2, b2, c2, e2, v + 8 * InputPlace);
                Rows(a3, b3, c3, e3, v + 12 * InputPlace);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (TVector, TVector, TVector, TVector) Columns(float* d0, float* d1, float* d2, float* d3)
        {
            var (x0, x1, x2, x3) = (TVector.Load(d0), TVector.Load(d1), TVector.Load(d2), TVector.Load(d3));
            return (x0 - x2, x1 + x2, x2 - x1, x1 - x3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Rows(TVector x0, TVector x1, TVector x2, TVector x3, float* v)
        {
            (x0 - x2).Store(v);
            (x1 + x2).Store(v + InputPlace);
            (x2 - x1).Store(v + 2 * InputPlace);
            (x1 - x3).Store(v + 3 * InputPlace);
        }
    }

    /// <summary>
    /// Computes the Winograd transform Aᵀ m A for seven tiles, where m are the matrix products of a tile, then applies 2×2 max pooling, bias and ReLU.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutput(float* products, byte* tiles, float* y)
    {
        for (var channel = 0; channel < Channels; channel += TVector.Count)
        {
            for (var tile = 0; tile < TilesAtATime; tile++)
            {
                var m = products + tile * Channels + channel;
                var (a0, a1) = Sums(m);
                var (b0, b1) = Sums(m + 4 * OutputPlace);
                var (c0, c1) = Sums(m + 8 * OutputPlace);
                var (d0, d1) = Sums(m + 12 * OutputPlace);
                var upper = TVector.Max(a0 + b0 + c0, a1 + b1 + c1);
                var lower = TVector.Max(b0 - c0 - d0, b1 - c1 - d1);
                _relu.Apply(TVector.Max(upper, lower), channel).Store(y + tiles[tile] * Channels + channel);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (TVector, TVector) Sums(float* m)
        {
            var (m0, m1, m2, m3) = (TVector.Load(m), TVector.Load(m + OutputPlace), TVector.Load(m + 2 * OutputPlace), TVector.Load(m + 3 * OutputPlace));
            return (m0 + m1 + m2, m1 - m2 - m3);
        }
    }

    /// <summary>Computes the Winograd transform G g Gᵀ of one 3×3 kernel g.</summary>
    private static void TransformWeights(ReadOnlySpan<float> g, Span<double> transformed)
    {
        Span<double> half = stackalloc double[4 * 3]; // G g
        for (var column = 0; column < 3; column++)
        {
            double g0 = g[column], g1 = g[3 + column], g2 = g[6 + column];
            (half[column], half[3 + column], half[6 + column], half[9 + column]) = (g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2);
        }
        for (var row = 0; row < 4; row++)
        {
            double g0 = half[row * 3], g1 = half[row * 3 + 1], g2 = half[row * 3 + 2];
            (transformed[row * 4], transformed[row * 4 + 1], transformed[row * 4 + 2], transformed[row * 4 + 3]) = (g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2);
        }
    }
}
