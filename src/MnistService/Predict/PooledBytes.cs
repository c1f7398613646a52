using System.Buffers;
using MnistService.Hosting;

namespace MnistService.Predict;

/// <summary>A picture's bytes in a rented buffer, which grows as they come.</summary>
internal sealed class PooledBytes : IDisposable
{
    private const int FirstRent = 4096;

    private readonly BodyMemory _memory;
    private byte[] _buffer;
    private int _length, _taken;

    private PooledBytes(int capacity, BodyMemory memory) => (_memory, _buffer) = (memory, ArrayPool<byte>.Shared.Rent(capacity));

    internal ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>A copy of bytes that others are to follow.</summary>
    internal static PooledBytes Begin(ReadOnlySequence<byte> first, BodyMemory memory)
    {
        var bytes = new PooledBytes((int)first.Length + FirstRent, memory) { _length = (int)first.Length };
        first.CopyTo(bytes._buffer);
        return bytes;
    }

    /// <summary>Reads a stream to its end; not cancelled, for the reason that <see cref="BoundedStream"/> gives.</summary>
    /// <param name="expected">Bytes that the client says will come; it may lie.</param>
    /// <param name="begun">What stands before it.</param>
    /// <returns>Null when that is more than <paramref name="max"/> bytes.</returns>
    /// <exception cref="ProblemException">429: all requests together hold as many bytes as they may.</exception>
    internal static async ValueTask<PooledBytes?> ReadAsync(
        Stream stream, long? expected, int max, BodyMemory memory, PooledBytes? begun = null)
    {
        // One byte more than expected, so that the read that finds the end needs no larger buffer.
        var bytes = begun ?? new PooledBytes((int)Math.Min(expected + 1 ?? FirstRent, BodyMemory.Free), memory);
        try
        {
            while (true)
            {
                if (bytes._length == bytes._buffer.Length) bytes.Grow();
                var read = await stream.ReadAsync(bytes._buffer.AsMemory(bytes._length), CancellationToken.None);
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
        var size = _buffer.Length * 2;
        if (size > BodyMemory.Free)
        {
            if (!_memory.TryTake(size - _taken)) throw Busy.TooManyBytes();
            _taken = size;
        }
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Memory.Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        if (_taken > 0) _memory.Return(_taken);
        (_buffer, _taken) = ([], 0);
    }
}
