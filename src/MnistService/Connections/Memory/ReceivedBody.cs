using System.Buffers;
using MnistService.Http;

namespace MnistService.Connections.Memory;

/// <summary>
/// A request's body as a stream that counts received bytes for its <see cref="MemoryLease"/>. The stream reads from the body's <c>PipeReader</c>, whose
/// pending read can be canceled. After a canceled read of <c>HttpRequest.Body</c>, Kestrel would treat the body as still being read and could not finish the
/// request.
/// </summary>
internal sealed class ReceivedBody(HttpRequest request, MemoryLease lease, bool endsWhenRevoked) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// Reads from the body. Ignores the cancellation token, because only <see cref="MemoryLease.TryRevoke"/> may cancel a read. That method ends a slow request
    /// in favor of other requests.
    /// </summary>
    /// <exception cref="ProblemException">
    /// 429: the read was canceled because the body arrived slowly and another request needed its memory or its upload slot. Not thrown if the stream was opened
    /// with <c>endsWhenRevoked</c>; the read then returns 0.
    /// </exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reader = request.BodyReader;
        lease.Wait();
        var result = await reader.ReadAsync(CancellationToken.None);
        while (result.IsCanceled)
        {
            reader.AdvanceTo(result.Buffer.Start);
            if (lease.Refusal is { } refusal)
            {
                CloseAfterAnswer(request.HttpContext.Response);
                if (endsWhenRevoked) return 0;
                throw refusal;
            }
            result = await reader.ReadAsync(CancellationToken.None); // the cancellation was for an earlier request on this connection
        }
        var part = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        var length = (int)part.Length; // computed before AdvanceTo invalidates the buffer
        part.CopyTo(buffer.Span);
        reader.AdvanceTo(part.End);
        lease.Received(length);
        return length;
    }

    /// <summary>Closes the connection after the response: the rest of the body is not read, so no other request can follow.</summary>
    private static void CloseAfterAnswer(HttpResponse response)
    {
        if (response.HasStarted) return;
        response.OnStarting(static state =>
        {
            ((HttpResponse)state).Headers.Connection = "close";
            return Task.CompletedTask;
        }, response);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
