using System.Buffers;

namespace MnistService.Predict;

/// <summary>A picture's bytes in a rented buffer.</summary>
internal sealed class PooledBytes : IDisposable
{
    private const int FirstRent = 4096;

    private byte[] _buffer;
    private int _length;

    private PooledBytes(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    internal ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <summary>A copy of bytes that others are to follow.</summary>
    internal static PooledBytes Begin(ReadOnlySequence<byte> first)
    {
        var bytes = new PooledBytes((int)first.Length + FirstRent) { _length = (int)first.Length };
        first.CopyTo(bytes._buffer);
        return bytes;
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="begun">What stands before it.</param>
    /// <returns>Null when that is more than <paramref name="max"/> bytes.</returns>
    internal static async ValueTask<PooledBytes?> ReadAsync(Stream stream, long? expected, int max, CancellationToken cancellation, PooledBytes? begun = null)
    {
        // One byte more than expected, so that the read that finds the end needs no larger buffer.
        var bytes = begun ?? new PooledBytes((int)Math.Min(expected + 1 ?? FirstRent, max + 1L));
        try
        {
            while (true)
            {
                if (bytes._length == bytes._buffer.Length) bytes.Grow();
                var read = await stream.ReadAsync(bytes._buffer.AsMemory(bytes._length), cancellation);
                if (read == 0) return bytes;
                bytes._length += read;
                if (bytes._length > max) break;
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
        bytes.Dispose();
        return null;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
