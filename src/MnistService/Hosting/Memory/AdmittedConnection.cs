using Microsoft.AspNetCore.Connections;

namespace MnistService.Hosting.Memory;

/// <summary>An open connection, as a feature of its requests.</summary>
internal sealed class AdmittedConnection(ConnectionContext connection, ConnectionAdmission admission, ClientNetwork network)
{
    private const int NoRequest = 0, FirstRequest = 1, Answered = 2;

    private long _used;
    private int _kept, _progress, _inProgress;

    internal ClientNetwork Network => network;

    /// <summary>Its place in <see cref="OpenConnections"/>; -1 if it has none.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>When the last request began, or else when the connection was admitted. In milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long Used => Volatile.Read(ref _used);

    /// <summary>No request is being answered.</summary>
    internal bool IsIdle => Volatile.Read(ref _inProgress) == 0;

    internal bool HasRequest => Volatile.Read(ref _progress) != NoRequest;

    /// <summary>A request was answered, or a long answer has begun.</summary>
    internal bool IsAnswered => Volatile.Read(ref _progress) == Answered;

    /// <summary>It may not be closed for another: its request holds one of few places.</summary>
    internal bool IsKept => Volatile.Read(ref _kept) > 0;

    /// <summary>It has its place from now on.</summary>
    internal void Admit() => Volatile.Write(ref _used, Environment.TickCount64);

    /// <summary>A request has begun.</summary>
    internal void Begin(HttpResponse response)
    {
        Volatile.Write(ref _used, Environment.TickCount64);
        Interlocked.Increment(ref _inProgress);
        if (!HasRequest) Interlocked.CompareExchange(ref _progress, FirstRequest, NoRequest);
        response.OnCompleted(static connection =>
        {
            ((AdmittedConnection)connection).End();
            return Task.CompletedTask;
        }, this);
    }

    private void End()
    {
        Interlocked.Decrement(ref _inProgress);
        StopCounting();
    }

    /// <summary>It no longer counts as an unanswered connection of its network.</summary>
    internal void StopCounting()
    {
        if (!IsAnswered && Interlocked.Exchange(ref _progress, Answered) != Answered) network.RemoveUnanswered();
    }

    internal void Keep()
    {
        StopCounting();
        Interlocked.Increment(ref _kept);
    }

    internal void Unkeep() => Interlocked.Decrement(ref _kept);

    /// <summary>
    /// Protects the connection of a long answer (a download, a stream of events) from being closed for another one, until the answer is sent. At most a quarter
    /// of all connections are protected.
    /// </summary>
    internal static void KeepUntilAnswered(HttpContext http)
    {
        if (http.Features.Get<AdmittedConnection>() is { } connection) connection.KeepUntilCompleted(http.Response);
    }

    private void KeepUntilCompleted(HttpResponse response)
    {
        if (!admission.TryProtect()) return;
        Keep();
        response.OnCompleted(() =>
        {
            Unkeep();
            admission.Unprotect();
            return Task.CompletedTask;
        });
    }

    internal void Close() => connection.Abort(new ConnectionAbortedException("The connection is closed to make room for another."));
}
