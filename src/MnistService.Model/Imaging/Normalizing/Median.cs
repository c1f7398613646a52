using System.Numerics;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Finds the median without sorting all values, in linear time on average (Hoare's quickselect).</summary>
internal static class Median
{
    /// <summary>Maximum number of partitioning steps. After these steps, the remaining values are sorted, so that no input takes quadratic time.</summary>
    private const int MostPartitions = 64;

    /// <param name="values">At least one value. NaN is not allowed. The values are reordered.</param>
    /// <returns>The median; of an even number of values, the larger of the two middle values.</returns>
    public static T Of<T>(Span<T> values)
        where T : struct, IComparisonOperators<T, T, bool>
    {
        var (wanted, low, high) = (values.Length / 2, 0, values.Length - 1);
        for (var partitions = 0; low < high; partitions++)
        {
            if (partitions == MostPartitions)
            {
                values[low..(high + 1)].Sort();
                break;
            }
            var pivot = Middle(values[low], values[low + (high - low) / 2], values[high]);
            var (left, right) = (low, high);
            while (left <= right)
            {
                while (values[left] < pivot) left++;
                while (values[right] > pivot) right--;
                if (left > right) break;
                (values[left], values[right]) = (values[right], values[left]);
                (left, right) = (left + 1, right - 1);
            }
            if (wanted <= right) high = right;
            else if (wanted >= left) low = left;
            else break; // the values between the indexes right and left (both exclusive) are equal to the pivot
        }
        return values[wanted];
    }

    private static T Middle<T>(T a, T b, T c)
        where T : struct, IComparisonOperators<T, T, bool>
    {
        if (a > b) (a, b) = (b, a);
        return c <= a ? a : c >= b ? b : c;
    }
}
