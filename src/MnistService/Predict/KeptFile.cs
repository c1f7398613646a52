using MnistService.Connections.Memory;

namespace MnistService.Predict;

/// <summary>An encoded image that is kept in memory for a second reading.</summary>
/// <param name="bytes">The file.</param>
/// <param name="buffer">The buffer that contains the file; null if the file has an array of its own.</param>
internal sealed class KeptFile(ReadOnlyMemory<byte> bytes, PooledBuffer? buffer) : IDisposable
{
    internal ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Bytes of memory that the file holds.</summary>
    internal int Held => buffer?.Capacity ?? bytes.Length;

    public void Dispose() => buffer?.Dispose();
}
