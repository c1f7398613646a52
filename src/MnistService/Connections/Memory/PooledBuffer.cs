using System.Buffers;
using MnistService.Http;

namespace MnistService.Connections.Memory;

/// <summary>The bytes of a request body in one pooled buffer, which grows while the body arrives and is counted in a <see cref="MemoryLease"/>.</summary>
internal sealed class PooledBuffer : IDisposable
{
    private const int FirstBytes = 4096;

    private readonly MemoryLease _lease;
    private readonly long _most, _held;
    private byte[] _buffer = [];
    private int _length;

    private PooledBuffer(MemoryLease lease, long most) => (_lease, _most, _held) = (lease, most, lease.Bytes);

    internal Memory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Length of the buffer in bytes, including unused bytes.</summary>
    internal int Capacity => _buffer.Length;

    /// <summary>How reading of the body ended. The bytes may be used only if this is <see cref="BodyEnd.Complete"/>.</summary>
    internal BodyEnd End { get; private set; }

    /// <summary>Creates a buffer with the first bytes of a body; <see cref="ReadAsync"/> reads the rest.</summary>
    /// <param name="first">The bytes that were already received.</param>
    /// <param name="expected">Length in bytes that the client declares for the whole body; may be wrong. Null if the client declares no length.</param>
    /// <param name="max">Maximum length of the whole body in bytes.</param>
    /// <param name="lease">Lease that counts the memory of the buffer.</param>
    /// <returns>The buffer; <see cref="End"/> is <see cref="BodyEnd.Refused"/> if the budget is exhausted.</returns>
    internal static async ValueTask<PooledBuffer> BeginAsync(ReadOnlySequence<byte> first, long? expected, int max, MemoryLease lease)
    {
        var bytes = new PooledBuffer(lease, MostOf(expected, max));
        if (await bytes.TryGrowAsync(first.Length + 1))
        {
            first.CopyTo(bytes._buffer);
            bytes._length = (int)first.Length;
            lease.Received(first.Length);
        }
        return bytes;
    }

    /// <summary>
    /// Reads a stream to its end. Passes no cancellation token to the stream, because after a canceled read Kestrel would treat the body as still being read.
    /// </summary>
    /// <param name="stream">The body, or the rest of the body after the bytes in <paramref name="begun"/>.</param>
    /// <param name="expected">Length in bytes that the client declares for the whole body; may be wrong. Null if the client declares no length.</param>
    /// <param name="max">Maximum length of the whole body in bytes.</param>
    /// <param name="lease">Lease that counts the memory of the buffer.</param>
    /// <param name="begun">A result of <see cref="BeginAsync"/> with the bytes before the stream; null if there are none.</param>
    /// <returns>The buffer; already disposed unless <see cref="End"/> is <see cref="BodyEnd.Complete"/>.</returns>
    internal static async ValueTask<PooledBuffer> ReadAsync(Stream stream, long? expected, int max, MemoryLease lease, PooledBuffer? begun = null)
    {
        var bytes = begun ?? new PooledBuffer(lease, MostOf(expected, max));
        try
        {
            while (bytes.End == BodyEnd.Complete)
            {
                if (bytes._length == bytes._buffer.Length && !await bytes.TryGrowAsync(Math.Max(FirstBytes, 2L * bytes._length))) break;
                var read = await stream.ReadAsync(bytes._buffer.AsMemory(bytes._length), CancellationToken.None);
                if (read == 0)
                {
                    if (lease.IsRevoked) bytes.End = BodyEnd.Revoked;
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

    /// <param name="tooLarge">Creates the exception to throw if the body is larger than allowed.</param>
    /// <returns>This buffer, if the body is complete.</returns>
    /// <exception cref="ProblemException">429: the request memory budget is exhausted, or the body was slow and its lease was revoked.</exception>
    internal PooledBuffer OrThrow(Func<Exception> tooLarge) => End switch
    {
        BodyEnd.Complete => this,
        BodyEnd.TooLarge => throw tooLarge(),
        _ => throw MemoryProblems.TooManyException(),
    };

    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        BufferPool.Return(_buffer);
        _lease.Shrink(Math.Max(0, _lease.Bytes - _buffer.Length)); // the lease may also count other memory of the request
        _buffer = [];
    }

    /// <summary>
    /// Returns the largest capacity in bytes that the body can need: the smaller of <paramref name="expected"/> and <paramref name="max"/>, plus one. The read
    /// that detects the end of the stream needs the additional byte. If <paramref name="expected"/> is null, only <paramref name="max"/> counts.
    /// </summary>
    private static long MostOf(long? expected, int max) => Math.Min(expected ?? long.MaxValue - 1, max) + 1;

    /// <param name="bytes">Desired capacity of the buffer in bytes. A larger value than the body can need is reduced.</param>
    /// <returns>False if the request memory budget is exhausted.</returns>
    private async ValueTask<bool> TryGrowAsync(long bytes)
    {
        var least = Math.Max(_length + 1L, Math.Min(bytes, _most)); // a body longer than declared still needs space for its next byte
        var size = BufferPool.LengthFor((int)Math.Min(least, Array.MaxLength));
        if (!await _lease.TryGrowAsync(_held + _buffer.Length + size)) // both buffers exist while the content is copied
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

/// <summary>How the reading of a request body ended.</summary>
internal enum BodyEnd
{
    /// <summary>The body was read completely, or reading has not ended yet.</summary>
    Complete,

    /// <summary>Reading ended because the body is larger than allowed.</summary>
    TooLarge,

    /// <summary>Reading ended because the memory budget of all request bodies is exhausted.</summary>
    Refused,

    /// <summary>Reading was aborted because the client sent the body slowly and its memory was needed for other requests.</summary>
    Revoked,
}
