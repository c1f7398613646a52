using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using MnistService.Security;

namespace MnistService.Hosting.Memory;

/// <summary>
/// Admits as many connections as <see cref="MemoryPlan"/> has memory for. A further one takes the place of the connection whose last request began longest ago, so
/// that clients that hold connections without using them cannot keep others out; when all are in use, it is closed.
/// </summary>
/// <remarks>Safe for all threads. A request touches its connection without a lock; only opening and closing takes one.</remarks>
internal sealed class ConnectionAdmission
{
    /// <summary>Milliseconds that a connection must have been unused, or without a first request, before it may be closed for another.</summary>
    private const long Unused = 500, UnusedWithoutRequest = 300;

    /// <summary>Milliseconds by which a connection without a request counts as older.</summary>
    internal const long UnusedHeadStart = Unused - UnusedWithoutRequest;

    /// <summary>
    /// A new connection that finds all others in use waits this long for one of them to be unused, and asks this often. After a burst of connections all of them
    /// are in use for a moment.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2), BetweenTries = TimeSpan.FromMilliseconds(50);

    private readonly ConnectionPacer _pacer = new();
    private readonly Lock _gate = new();
    private readonly HashSet<AdmittedConnection> _open = [];
    private readonly int _max;
    private int _protected;
    private readonly Counter<long> _refused, _closed;

    public ConnectionAdmission(MemoryPlan plan, IMeterFactory meters)
    {
        _max = plan.Connections;
        var meter = meters.Create(RequestMemoryBudget.MeterName);
        meter.CreateObservableGauge("mnist.connections.open", () => Count, "{connection}", "Connections that are admitted.");
        meter.CreateObservableGauge("mnist.connections.limit", () => _max, "{connection}", "Connections that are admitted at a time.");
        _refused = meter.CreateCounter<long>("mnist.connections.refused", "{connection}", "Connections that were closed as they came, because all others were in use.");
        _closed = meter.CreateCounter<long>("mnist.connections.replaced", "{connection}", "Unused connections that were closed to make room for another.");
    }

    internal int Count
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    /// <returns>False if a quarter of all connections is protected already.</returns>
    internal bool TryProtect()
    {
        if (Interlocked.Increment(ref _protected) <= _max / 4) return true;
        Unprotect();
        return false;
    }

    internal void Unprotect() => Interlocked.Decrement(ref _protected);

    /// <summary>Connection middleware.</summary>
    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var admitted = new AdmittedConnection(connection, this);
        if (!await _pacer.WaitAsync(RequestLimits.NetworkOf((connection.RemoteEndPoint as IPEndPoint)?.Address)) || (!TryAdmit(admitted) && !await WaitAsync(admitted, connection.ConnectionClosed)))
        {
            _refused.Add(1);
            connection.Abort(new ConnectionAbortedException("All connections are in use."));
            return;
        }
        connection.Features.Set(admitted);
        try
        {
            await next(connection);
        }
        finally
        {
            lock (_gate) _open.Remove(admitted);
        }
    }

    /// <returns>False if all other connections are in use.</returns>
    private bool TryAdmit(AdmittedConnection connection)
    {
        AdmittedConnection? replaced = null;
        lock (_gate)
        {
            if (_open.Count >= _max)
            {
                replaced = FindUnused();
                if (replaced is null || !_open.Remove(replaced)) return false;
            }
            _open.Add(connection);
        }
        if (replaced is null) return true;
        _closed.Add(1);
        replaced.Close();
        return true;
    }

    /// <returns>False if no place became free, or the client has gone.</returns>
    private async Task<bool> WaitAsync(AdmittedConnection connection, CancellationToken closed)
    {
        var until = Environment.TickCount64 + LongestWait.TotalMilliseconds;
        while (Environment.TickCount64 < until && !closed.IsCancellationRequested)
        {
            await Task.Delay(BetweenTries, CancellationToken.None);
            if (closed.IsCancellationRequested) return false;
            if (TryAdmit(connection)) return true;
        }
        return false;
    }

    private AdmittedConnection? FindUnused()
    {
        AdmittedConnection? oldest = null;
        var least = Environment.TickCount64 - Unused;
        foreach (var connection in _open)
        {
            if (connection.Used > least || connection.IsKept) continue;
            (oldest, least) = (connection, connection.Used);
        }
        return oldest;
    }
}
