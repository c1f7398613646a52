namespace MnistService.Datasets;

/// <summary>
/// A seekable stream of which only so many bytes may be read until <see cref="Lift"/>: a zip's table of contents is held in memory as
/// objects, and says itself how long it is.
/// </summary>
internal sealed class ReadBudget(Stream inner, long bytes, Func<Exception> exceeded) : Stream
{
    private long _left = bytes;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    internal void Lift() => _left = long.MaxValue;

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read) => (_left -= read) < 0 ? throw exceeded() : read;
}
