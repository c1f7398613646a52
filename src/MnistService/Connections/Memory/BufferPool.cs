using System.Numerics;

namespace MnistService.Connections.Memory;

/// <summary>
/// Pool of buffers for request bodies. The pool keeps at most 2 MB of free buffers per buffer size; after a burst of large bodies, <c>ArrayPool.Shared</c>
/// would keep gigabytes for minutes. Buffers above 1 MB are not pooled.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal static class BufferPool
{
    private const int SmallestBits = 12, LargestBits = 20;

    /// <summary>Maximum bytes of free buffers that the pool keeps per buffer size.</summary>
    private const int Kept = 2 << LargestBits;

    private static readonly Stack<byte[]>[] Free = [.. Enumerable.Range(0, LargestBits - SmallestBits + 1).Select(_ => new Stack<byte[]>())];

    /// <summary>
    /// Returns the length of the buffer for <paramref name="bytes"/> bytes: a power of two of at least 4 kB, or exactly <paramref name="bytes"/> if it is above
    /// 1 MB.
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
