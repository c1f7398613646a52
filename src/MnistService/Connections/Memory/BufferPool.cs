using System.Numerics;

namespace MnistService.Connections.Memory;

/// <summary>
/// Pool of buffers for request bodies. The pool keeps at most 2 MB of free buffers per buffer size. <c>ArrayPool.Shared</c> is not used, because it would keep
/// gigabytes for minutes after a burst of large bodies. Buffers above 1 MB are not pooled.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal static class BufferPool
{
    private const int SmallestBits = 12, LargestBits = 20;

    /// <summary>
    /// Maximum total size in bytes of the free buffers of one buffer size that the pool keeps. Further buffers are left to the garbage collector.
    /// </summary>
    private const int Kept = 2 << LargestBits;

    private static readonly Stack<byte[]>[] Free = [.. Enumerable.Range(0, LargestBits - SmallestBits + 1).Select(_ => new Stack<byte[]>())];

    /// <summary>
    /// Returns the length in bytes of a buffer for a body of <paramref name="bytes"/> bytes: the next power of two, at least 4 kB. Above 1 MB, the length is
    /// exactly <paramref name="bytes"/>.
    /// </summary>
    internal static int LengthFor(int bytes) =>
        bytes > 1 << LargestBits ? bytes : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, 1 << SmallestBits));

    /// <param name="length">Length of the buffer in bytes, as returned by <see cref="LengthFor"/>.</param>
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

    /// <summary>Releases all pooled buffers to the garbage collector.</summary>
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
