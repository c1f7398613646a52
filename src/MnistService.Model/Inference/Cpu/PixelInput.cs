using System.Runtime.CompilerServices;
using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Cpu;

/// <summary>Pixels to input: scale · pixel + shift.</summary>
internal sealed unsafe class PixelInput<TLanes, TVector>(float scale, float shift)
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    /// <param name="pixels">[28][28], 0 = paper, 255 = ink.</param>
    /// <param name="x">[28][<paramref name="stride"/>], the first 28 of each row written.</param>
    /// <param name="stride">Distance of the rows of x.</param>
    /// <param name="ink">Told where the pixels are not paper.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(byte* pixels, float* x, int stride, InkMap ink)
    {
        var (scales, shifts) = (TLanes.Broadcast(scale), TLanes.Broadcast(shift));
        for (var row = 0; row < DigitImage.Side; row++, pixels += DigitImage.Side, x += stride)
        {
            var (column, bits) = (0, 0u);
            for (; column + TLanes.Count <= DigitImage.Side; column += TLanes.Count) bits |= Apply(pixels, x, column, scales, shifts);
            // The rest of a row of 28 overlaps what was just written.
            ink.Rows[row] = bits | Apply(pixels, x, DigitImage.Side - TLanes.Count, scales, shifts);
        }
    }

    /// <returns>A bit for each pixel that is not paper.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Apply(byte* pixels, float* x, int column, TVector scales, TVector shifts)
    {
        var values = TLanes.FromBytes(pixels + column);
        TLanes.Store(TLanes.MultiplyAdd(values, scales, shifts), x + column);
        return TLanes.NotZero(values) << column;
    }
}
