using Microsoft.AspNetCore.Connections;

namespace MnistService.Hosting.Memory;

/// <summary>An open connection, as a feature of its requests.</summary>
internal sealed class AdmittedConnection(ConnectionContext connection, ConnectionAdmission admission, ClientNetwork network)
{
    private const int NoRequest = 0, OneRequest = 1, Answered = 2;

    private long _used = Environment.TickCount64 - OpenConnections.UnusedHeadStart;
    private int _kept, _progress;

    internal ClientNetwork Network => network;

    /// <summary>Its place in <see cref="OpenConnections"/>; -1 if it has none.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>When the last request began, in milliseconds; that of a connection without one counts as older.</summary>
    internal long Used => Volatile.Read(ref _used);

    /// <summary>A request was answered before the last one began.</summary>
    internal bool IsAnswered => Volatile.Read(ref _progress) == Answered;

    /// <summary>It may not be closed for another: its request holds one of few places.</summary>
    internal bool IsKept => Volatile.Read(ref _kept) > 0;

    /// <summary>A request has begun.</summary>
    internal void Touch()
    {
        Volatile.Write(ref _used, Environment.TickCount64);
        if (_progress == Answered) return;
        if (Interlocked.CompareExchange(ref _progress, OneRequest, NoRequest) != NoRequest) CountAsAnswered();
    }

    /// <summary>It no longer counts as unanswered.</summary>
    internal void CountAsAnswered()
    {
        if (Interlocked.Exchange(ref _progress, Answered) != Answered) network.RemoveUnanswered();
    }

    internal void Keep() => Interlocked.Increment(ref _kept);

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
