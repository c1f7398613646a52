using System.IO.Pipelines;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MnistService.Connections;

/// <summary>
/// Makes a connection yield its thread when its next request, or the next part of a body, is already buffered. Kestrel processes buffered input on the same
/// thread without a pause. Without this class, as many clients as there are processors could therefore starve all other clients by keeping their buffers full.
/// While the thread pool is busy, only a few connections with buffered input continue per millisecond, so that a request on another connection does not wait
/// behind all these connections.
/// </summary>
internal sealed class FairInput(PipeReader inner, AdmittedConnection? connection) : PipeReader
{
    /// <summary>
    /// Number of consecutive reads of buffered data at which a connection yields its thread. The number is 2 and not 1, because the body of a small request
    /// usually arrives together with the headers.
    /// </summary>
    private const int MostInARow = 2;

    private static readonly ReadTurns Turns = new();

    private int _inARow;

    internal static void ApplyTo(ListenOptions endpoint) => endpoint.Use(next => connection =>
    {
        connection.Transport = new Transport(new FairInput(connection.Transport.Input, connection.Features.Get<AdmittedConnection>()), connection.Transport.Output);
        return next(connection);
    });

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            _inARow = 0;
            return read;
        }
        return ++_inARow < MostInARow ? read : GiveWayAsync(read.Result);
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private async ValueTask<ReadResult> GiveWayAsync(ReadResult result)
    {
        _inARow = 0;
        // An upload that holds a slot must meet a minimum rate, so its connection does not wait for a turn.
        if (connection?.IsKept != true && Turns.IsNeeded) await Turns.WaitAsync();
        else await Task.Yield(); // continues behind the queued work of the thread pool
        return result;
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
