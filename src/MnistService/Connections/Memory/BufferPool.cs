using System.Numerics;

namespace MnistService.Connections.Memory;

/// <summary>
/// Buffers for request bodies. Keeps few: <c>ArrayPool.Shared</c> keeps gigabytes after a burst of large bodies, and for minutes. Buffers above 1 MB are not
/// kept at all.
/// </summary>
/// <remarks>Safe for all threads.</remarks>
internal static class BufferPool
{
    private const int SmallestBits = 12, LargestBits = 20;

    /// <summary>Bytes that are kept of each size.</summary>
    private const int Kept = 2 << LargestBits;

    private static readonly Stack<byte[]>[] Free = [.. Enumerable.Range(0, LargestBits - SmallestBits + 1).Select(_ => new Stack<byte[]>())];

    /// <summary>The length of the buffer for so many bytes.</summary>
    internal static int LengthFor(int bytes) =>
        bytes > 1 << LargestBits ? bytes : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, 1 << SmallestBits));

    /// <param name="length">Of <see cref="LengthFor"/>.</param>
    internal static byte[] Rent(int length)
    {
        if (SizeOf(length) is { } free)
        {
            lock (free)
            {
                if (free.TryPop(out var buffer)) return buffer;
            }
        }
        return GC.AllocateUninitializedArray<byte>(length);
    }

    internal static void Return(byte[] buffer)
    {
        if (SizeOf(buffer.Length) is not { } free) return;
        lock (free)
        {
            if (free.Count < Math.Max(2, Math.Min(64, Kept / buffer.Length))) free.Push(buffer);
        }
    }

    /// <summary>Lets the collector have all that is kept.</summary>
    internal static void Clear()
    {
        foreach (var free in Free)
        {
            lock (free)
            {
                free.Clear();
                free.TrimExcess();
            }
        }
    }

    private static Stack<byte[]>? SizeOf(int length) =>
        length is >= 1 << SmallestBits and <= 1 << LargestBits ? Free[BitOperations.Log2((uint)length) - SmallestBits] : null;
}
