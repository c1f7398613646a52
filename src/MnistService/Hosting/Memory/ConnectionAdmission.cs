using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using MnistService.Security;

namespace MnistService.Hosting.Memory;

/// <summary>
/// Admits as many connections as <see cref="MemoryPlan"/> has memory for. A further one takes the place of another (<see cref="OpenConnections"/>), so
/// that clients that hold connections without using them, or hold very many, cannot keep others out. If there is no place for two seconds, it is closed.
/// New connections are admitted slowly while the thread pool has more to do than it can in a few milliseconds, so that a burst of connections does not delay the
/// requests on connections that are open already.
/// </summary>
/// <remarks>Safe for all threads. A request touches its connection without a lock; only opening and closing takes one.</remarks>
internal sealed class ConnectionAdmission
{
    /// <summary>A new connection that finds no place waits this long for one. After a burst of connections all others are in use for a moment.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>A new connection waits this long for its turn, while the pool is busy with others.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(30);

    /// <summary>While the pool is busy, one connection of a heavy network (<see cref="WaitingConnections.Heavy"/>) is admitted per this many milliseconds, before those of light networks.</summary>
    private const int HeavyWait = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, ClientNetwork> _networks = [];
    private readonly OpenConnections _open;
    private readonly WaitingConnections _waiting;
    private readonly PacingThread _pacing;
    private readonly int _max;
    private int _protected, _steps;
    private readonly Counter<long> _refused, _closed;

    public ConnectionAdmission(MemoryPlan plan, IMeterFactory meters)
    {
        _max = plan.Connections;
        (_open, _waiting, _pacing) = (new(_max), new(_max), new("admission", AdmitWaiting));
        var meter = meters.Create(RequestMemoryBudget.MeterName);
        meter.CreateObservableGauge("mnist.connections.open", () => Count, "{connection}", "Connections that are admitted.");
        meter.CreateObservableGauge("mnist.connections.limit", () => _max, "{connection}", "Connections that are admitted at a time.");
        _refused = meter.CreateCounter<long>("mnist.connections.refused", "{connection}", "New connections that were closed, because all others were in use or too many waited.");
        _closed = meter.CreateCounter<long>("mnist.connections.replaced", "{connection}", "Connections that were closed to make room for another.");
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
    internal async Task RunAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var connection = Enter(context, out var waiting);
        if (waiting is not null && !await waiting.Outcome.Task)
        {
            _refused.Add(1);
            Forget(connection);
            context.Abort(new ConnectionAbortedException("All connections are in use."));
            return;
        }
        context.Features.Set(connection);
        try
        {
            await next(context);
        }
        finally
        {
            Forget(connection);
        }
    }

    /// <param name="waiting">Null if the connection is admitted at once.</param>
    private AdmittedConnection Enter(ConnectionContext context, out WaitingConnection? waiting)
    {
        var prefix = RequestLimits.NetworkOf((context.RemoteEndPoint as IPEndPoint)?.Address);
        AdmittedConnection connection;
        AdmittedConnection? replaced;
        WaitingConnection? dropped;
        lock (_gate)
        {
            if (!_networks.TryGetValue(prefix, out var network)) _networks[prefix] = network = new(prefix);
            connection = new(context, this, network);
            network.Connections++;
            network.AddUnanswered();
            var mayEnter = _waiting.Count == 0 && !PoolLoad.IsBusy;
            (waiting, replaced, dropped) = (null, null, null);
            if (!mayEnter || !_open.TryAdd(connection, out replaced))
            {
                waiting = new(connection);
                dropped = _waiting.Add(waiting);
            }
        }
        Close(replaced);
        if (waiting is not null) _pacing.Wake();
        dropped?.Outcome.SetResult(false);
        return connection;
    }

    /// <summary>On a thread of its own.</summary>
    /// <returns>Whether connections still wait.</returns>
    private bool AdmitWaiting()
    {
        var (admitted, refused, replaced) = (new List<WaitingConnection>(), new List<WaitingConnection>(), new List<AdmittedConnection>());
        var (now, heavy, waits) = (Environment.TickCount64, PoolLoad.HeavyPerMillisecond, false);
        lock (_gate)
        {
            var isHeavyTurn = ++_steps % HeavyWait == 0;
            if (PoolLoad.IsBusy && !isHeavyTurn) heavy = 0;
            _waiting.RemoveOlder(now - (long)LongestTurn.TotalMilliseconds, refused);
            for (var most = PoolLoad.PerMillisecond; admitted.Count < most;)
            {
                var next = isHeavyTurn && admitted.Count == 0 ? _waiting.FindNext(WaitingConnections.Heavy) : null;
                next ??= _waiting.FindNext(0);
                if (next is null || (next.IsHeavy && heavy-- <= 0)) break;
                if (!_open.TryAdd(next.Connection, out var closed))
                {
                    _waiting.RemoveOlder(now - (long)LongestWait.TotalMilliseconds, refused);
                    break;
                }
                WaitingConnections.Remove(next);
                admitted.Add(next);
                if (closed is not null) replaced.Add(closed);
            }
            waits = _waiting.Count > 0;
        }
        foreach (var connection in replaced) Close(connection);
        foreach (var waiting in admitted) waiting.Outcome.SetResult(true);
        foreach (var waiting in refused) waiting.Outcome.SetResult(false);
        return waits;
    }

    private void Close(AdmittedConnection? replaced)
    {
        if (replaced is null) return;
        _closed.Add(1);
        replaced.Close();
    }

    private void Forget(AdmittedConnection connection)
    {
        connection.StopCounting();
        lock (_gate)
        {
            _open.Remove(connection);
            if (--connection.Network.Connections == 0) _networks.Remove(connection.Network.Prefix);
        }
    }
}
