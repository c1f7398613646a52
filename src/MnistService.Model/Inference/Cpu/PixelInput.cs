using System.Runtime.CompilerServices;
using MnistService.Model.Imaging;
using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>Converts pixels to network input: scale · pixel + shift.</summary>
internal sealed unsafe class PixelInput<TVector>(float scale, float shift)
    where TVector : struct, IFloatVector<TVector>
{
    /// <summary>Converts the pixels of one image to network input, and records which pixels are ink.</summary>
    /// <param name="pixels">[28][28], 0 = paper, 255 = ink.</param>
    /// <param name="x">[28][<paramref name="stride"/>]; the network input is written to the first 28 floats of each row.</param>
    /// <param name="stride">Row stride of x in floats.</param>
    /// <param name="ink">Receives a set bit for each pixel that is not paper.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(byte* pixels, float* x, int stride, InkMap ink)
    {
        var (scales, shifts) = (TVector.Broadcast(scale), TVector.Broadcast(shift));
        for (var row = 0; row < DigitImage.Side; row++, pixels += DigitImage.Side, x += stride)
        {
            var (column, bits) = (0, 0u);
            for (; column + TVector.Count <= DigitImage.Side; column += TVector.Count) bits |= Apply(pixels, x, column, scales, shifts);
            // 28 is not a multiple of every vector width, so the last vector of a row may overlap the previous one.
            ink.Rows[row] = bits | Apply(pixels, x, DigitImage.Side - TVector.Count, scales, shifts);
        }
    }

    /// <returns>Bit mask of the row: bit i is set if this call converted the pixel in column i and the pixel is not 0 (paper).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Apply(byte* pixels, float* x, int column, TVector scales, TVector shifts)
    {
        var values = TVector.FromBytes(pixels + column);
        TVector.MultiplyAdd(values, scales, shifts).Store(x + column);
        return TVector.NotZero(values) << column;
    }
}
