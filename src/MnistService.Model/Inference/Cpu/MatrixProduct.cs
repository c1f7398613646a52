using System.Runtime.CompilerServices;
using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Matrix product y = x·W for seven rows: x [7×K], W [K×columns], y [7×columns]. The sums of seven rows × two vectors of columns stay in registers
/// during the loop over K. Each step needs 9 loads for 14 multiply-adds.
/// </summary>
/// <remarks>W is packed in panels of two vectors, [panel][K][2 vectors], so that the loop reads W sequentially.</remarks>
internal static unsafe class MatrixProduct<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private static int PanelWidth => 2 * TVector.Count;

    /// <summary>Packs W into panels of two vectors.</summary>
    /// <param name="weights">The matrix W, [K×columns], row-major.</param>
    /// <param name="target">Receives the packed weights; the same length as <paramref name="weights"/>.</param>
    public static void Pack(ReadOnlySpan<float> weights, int columns, Span<float> target)
    {
        var inputs = weights.Length / columns;
        for (var input = 0; input < inputs; input++)
            for (var column = 0; column < columns; column++)
                target[column / PanelWidth * PanelWidth * inputs + input * PanelWidth + column % PanelWidth] = weights[input * columns + column];
    }

    /// <summary>Computes y = x·W.</summary>
    /// <param name="x">[7×<paramref name="inputs"/>], row-major.</param>
    /// <param name="packed">W, packed by <see cref="Pack"/>.</param>
    /// <param name="y">[7×<paramref name="columns"/>], row-major; receives the product.</param>
    /// <param name="inputs">K, the number of columns of x.</param>
    /// <param name="columns">Number of columns of W; a multiple of the number of floats in two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, float* packed, float* y, int inputs, int columns)
    {
        for (var panel = 0; panel < columns; panel += PanelWidth, packed += PanelWidth * inputs)
        {
            TVector a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default;
            TVector b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default;
            float* x0 = x, x3 = x + 3 * inputs, x6 = x + 6 * inputs, w = packed;
            nint row = inputs;
            for (var end = x + inputs; x0 < end; x0++, x3++, x6++, w += PanelWidth)
            {
                var (left, right) = (TVector.Load(w), TVector.Load(w + TVector.Count));
                var value = TVector.Broadcast(*x0);
                a0 = TVector.MultiplyAdd(value, left, a0);
                b0 = TVector.MultiplyAdd(value, right, b0);
                value = TVector.Broadcast(x0[row]);
                a1 = TVector.MultiplyAdd(value, left, a1);
                b1 = TVector.MultiplyAdd(value, right, b1);
                value = TVector.Broadcast(x0[2 * row]);
                a2 = TVector.MultiplyAdd(value, left, a2);
                b2 = TVector.MultiplyAdd(value, right, b2);
                value = TVector.Broadcast(*x3);
                a3 = TVector.MultiplyAdd(value, left, a3);
                b3 = TVector.MultiplyAdd(value, right, b3);
                value = TVector.Broadcast(x3[row]);
                a4 = TVector.MultiplyAdd(value, left, a4);
                b4 = TVector.MultiplyAdd(value, right, b4);
                value = TVector.Broadcast(x3[2 * row]);
                a5 = TVector.MultiplyAdd(value, left, a5);
                b5 = TVector.MultiplyAdd(value, right, b5);
                value = TVector.Broadcast(*x6);
                a6 = TVector.MultiplyAdd(value, left, a6);
                b6 = TVector.MultiplyAdd(value, right, b6);
            }
            var target = y + panel;
            Store(a0, b0, target);
            Store(a1, b1, target += columns);
            Store(a2, b2, target += columns);
            Store(a3, b3, target += columns);
            Store(a4, b4, target += columns);
            Store(a5, b5, target += columns);
            Store(a6, b6, target + columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector left, TVector right, float* y)
    {
        left.Store(y);
        right.Store(y + TVector.Count);
    }
}
