using System.Buffers;
using MnistService.Http;

namespace MnistService.Connections.Memory;

/// <summary>A body's bytes in one buffer, which grows as they arrive and is counted in a <see cref="MemoryLease"/>.</summary>
internal sealed class PooledBytes : IDisposable
{
    private const int FirstBytes = 4096;

    private readonly MemoryLease _lease;
    private readonly long _most, _held;
    private byte[] _buffer = [];
    private int _length;

    private PooledBytes(MemoryLease lease, long most) => (_lease, _most, _held) = (lease, most, lease.Bytes);

    internal ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>What reading ended with.</summary>
    internal BodyEnd End { get; private set; }

    /// <summary>A copy of the first bytes of a body; the rest is read by <see cref="ReadAsync"/>.</summary>
    /// <param name="expected">Bytes of the whole body, as the client declares them.</param>
    internal static async ValueTask<PooledBytes> BeginAsync(ReadOnlySequence<byte> first, long? expected, int max, MemoryLease lease)
    {
        var bytes = new PooledBytes(lease, MostOf(expected, max));
        if (await bytes.TryGrowAsync(first.Length + 1))
        {
            first.CopyTo(bytes._buffer);
            bytes._length = (int)first.Length;
            lease.Received(first.Length);
        }
        return bytes;
    }

    /// <summary>Reads a stream to its end; not canceled, for the reason that <c>BoundedStream</c> gives.</summary>
    /// <param name="expected">Bytes that the client declares; it may lie.</param>
    /// <param name="begun">The bytes before the stream.</param>
    internal static async ValueTask<PooledBytes> ReadAsync(Stream stream, long? expected, int max, MemoryLease lease, PooledBytes? begun = null)
    {
        var bytes = begun ?? new PooledBytes(lease, MostOf(expected, max));
        try
        {
            while (bytes.End == BodyEnd.Complete)
            {
                if (bytes._length == bytes._buffer.Length && !await bytes.TryGrowAsync(Math.Max(FirstBytes, 2L * bytes._length))) break;
                var read = await stream.ReadAsync(bytes._buffer.AsMemory(bytes._length), CancellationToken.None);
                if (read == 0)
                {
                    if (lease.IsCut) bytes.End = BodyEnd.Cut;
                    break;
                }
                bytes._length += read;
                if (bytes._length > max) bytes.End = BodyEnd.TooLarge;
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
        if (bytes.End != BodyEnd.Complete) bytes.Dispose();
        return bytes;
    }

    /// <exception cref="ProblemException">429: the budget is exhausted.</exception>
    internal PooledBytes OrThrow(Func<Exception> tooLarge) => End switch
    {
        BodyEnd.Complete => this,
        BodyEnd.TooLarge => throw tooLarge(),
        _ => throw MemoryProblems.TooMany(),
    };

    public void Dispose()
    {
        if (_buffer.Length > 0) BufferPool.Return(_buffer);
        _buffer = [];
        _lease.Shrink(_held);
    }

    /// <summary>One byte more than expected, so that the read that finds the end needs no larger buffer.</summary>
    private static long MostOf(long? expected, int max) => Math.Min(expected ?? long.MaxValue - 1, max) + 1;

    /// <param name="bytes">That there should be room for; fewer when no more can come.</param>
    /// <returns>False if the budget is exhausted.</returns>
    private async ValueTask<bool> TryGrowAsync(long bytes)
    {
        var least = Math.Max(_length + 1L, Math.Min(bytes, _most)); // a body of more bytes than declared still needs room for its next byte
        var size = BufferPool.LengthFor((int)Math.Min(least, Array.MaxLength));
        if (!await _lease.TryGrowAsync(_held + _buffer.Length + size)) // both are held while one is copied
        {
            End = BodyEnd.Refused;
            return false;
        }
        var larger = BufferPool.Rent(size);
        Memory.Span.CopyTo(larger);
        if (_buffer.Length > 0) BufferPool.Return(_buffer);
        _buffer = larger;
        _lease.Shrink(_held + size);
        return true;
    }
}

/// <summary>What the reading of a body ended with.</summary>
internal enum BodyEnd
{
    /// <summary>Its last byte, or nothing yet.</summary>
    Complete,

    /// <summary>More bytes than allowed.</summary>
    TooLarge,

    /// <summary>The budget is exhausted.</summary>
    Refused,

    /// <summary>Its memory was needed for others.</summary>
    Cut,
}
