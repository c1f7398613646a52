namespace MnistService.Uploads;

/// <summary>
/// Read-only stream that throws when more than <paramref name="maxBytes"/> bytes have been read. Around a gzip stream, the limit applies to the decompressed
/// bytes. Reads ignore the cancellation token, because Kestrel treats a body as still being read after a canceled read. If the client disconnects, a read ends
/// anyway.
/// </summary>
/// <param name="inner">Stream to read from, such as a request body. Disposed with this stream.</param>
/// <param name="maxBytes">Maximum number of bytes.</param>
/// <param name="tooLong">Creates the exception to throw when the limit is exceeded.</param>
/// <param name="afterRead">Called after each read; may throw.</param>
internal sealed class BoundedStream(Stream inner, long maxBytes, Func<Exception> tooLong, Action? afterRead = null) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, CancellationToken.None));

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        afterRead?.Invoke();
        return (_read += read) > maxBytes ? throw tooLong() : read;
    }
}
