using MnistService.Connections.Memory;

namespace MnistService.Predict;

/// <summary>An encoded image that is kept in memory, so that the image can be read a second time.</summary>
/// <param name="bytes">The encoded image.</param>
/// <param name="buffer">The pooled buffer that contains <paramref name="bytes"/>; null if the bytes are in an array that is not pooled.</param>
internal sealed class KeptFile(ReadOnlyMemory<byte> bytes, PooledBuffer? buffer) : IDisposable
{
    internal ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Memory in bytes that the image occupies: the capacity of the pooled buffer, or the length of the array.</summary>
    internal int Held => buffer?.Capacity ?? bytes.Length;

    public void Dispose() => buffer?.Dispose();
}
