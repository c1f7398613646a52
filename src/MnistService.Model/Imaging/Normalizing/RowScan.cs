using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Searches rows of pixels for values above a threshold. Eight pixels are compared at a time, so that paper is skipped quickly: most of an image is paper.
/// </summary>
/// <remarks>
/// Code with vector instructions is not compiled ahead of time, so the first requests would run unoptimized code. Methods with vector instructions therefore
/// have the attribute AggressiveOptimization: the JIT compiler fully optimizes such a method at its first call, which is in the warm-up.
/// </remarks>
internal static class RowScan
{
    /// <summary>
    /// Converts a threshold to single precision: returns the largest float that is not above the threshold. A float is above the threshold if and only if it is
    /// above the result.
    /// </summary>
    public static float AtMost(double threshold)
    {
        var nearest = (float)threshold;
        return nearest > threshold ? MathF.BitDecrement(nearest) : nearest;
    }

    /// <summary>
    /// Returns the index of the first value above the threshold, from <paramref name="start"/> on; the length of the row if there is no such value.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int NextAbove(ReadOnlySpan<float> row, int start, float threshold)
    {
        var limit = Vector256.Create(threshold);
        for (; start <= row.Length - Vector256<float>.Count; start += Vector256<float>.Count)
        {
            var above = Vector256.GreaterThan(Vector256.Create(row[start..]), limit).ExtractMostSignificantBits();
            if (above != 0) return start + int.TrailingZeroCount((int)above);
        }
        while (start < row.Length && !(row[start] > threshold)) start++;
        return start;
    }

    /// <summary>
    /// Returns the index of the first value that is not above the threshold, from <paramref name="start"/> on; the length of the row if there is no such value.
    /// </summary>
    public static int NextNotAbove(ReadOnlySpan<float> row, int start, float threshold)
    {
        while (start < row.Length && row[start] > threshold) start++; // without vector instructions: a stroke is narrow, and the distance transform spends more time on the pixels it skips here
        return start;
    }
}
