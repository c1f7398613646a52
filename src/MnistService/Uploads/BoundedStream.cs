namespace MnistService.Uploads;

/// <summary>
/// Passes a request's body on and throws once more than so many bytes came: also what a small gzip file unpacks to is bounded. A read of it is not
/// cancelled: it ends by itself when its client has gone, and the web server takes a body whose reading was called off for one that is still read.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="maxBytes">Bytes that are passed on.</param>
/// <param name="tooLong">What is thrown beyond them.</param>
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
