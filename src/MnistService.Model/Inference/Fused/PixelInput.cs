using System.Runtime.CompilerServices;
using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Fused;

/// <summary>Pixels to input: scale · pixel + shift.</summary>
internal sealed unsafe class PixelInput<TLanes, TVector>(float scale, float shift)
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    /// <param name="pixels">[28][28], 0 = paper, 255 = ink.</param>
    /// <param name="x">[28][<paramref name="stride"/>], the first 28 of each row written.</param>
    /// <param name="stride">Distance of the rows of x.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(byte* pixels, float* x, int stride)
    {
        var (scales, shifts) = (TLanes.Broadcast(scale), TLanes.Broadcast(shift));
        for (var row = 0; row < DigitImage.Side; row++, pixels += DigitImage.Side, x += stride)
        {
            var column = 0;
            for (; column + TLanes.Count <= DigitImage.Side; column += TLanes.Count)
                TLanes.Store(TLanes.MultiplyAdd(TLanes.FromBytes(pixels + column), scales, shifts), x + column);
            // The rest of a row of 28 overlaps what was just written.
            column = DigitImage.Side - TLanes.Count;
            TLanes.Store(TLanes.MultiplyAdd(TLanes.FromBytes(pixels + column), scales, shifts), x + column);
        }
    }
}
