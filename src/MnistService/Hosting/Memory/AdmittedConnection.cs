using Microsoft.AspNetCore.Connections;

namespace MnistService.Hosting.Memory;

/// <summary>An open connection, as a feature of its requests.</summary>
internal sealed class AdmittedConnection(ConnectionContext connection, ConnectionAdmission admission)
{
    private long _used = Environment.TickCount64 - ConnectionAdmission.UnusedHeadStart;
    private int _kept;

    /// <summary>When the last request began, in milliseconds; that of a connection without one counts as older.</summary>
    internal long Used => Volatile.Read(ref _used);

    /// <summary>It may not be closed for another: its request holds one of few places.</summary>
    internal bool IsKept => Volatile.Read(ref _kept) > 0;

    /// <summary>A request has begun.</summary>
    internal void Touch() => Volatile.Write(ref _used, Environment.TickCount64);

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
