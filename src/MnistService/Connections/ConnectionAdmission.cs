using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MnistService.Connections.Memory;

namespace MnistService.Connections;

/// <summary>
/// Admission control of connections. At most <see cref="MemoryPlan.Connections"/> connections are admitted at the same time. At this limit, a new connection
/// replaces an admitted connection (<see cref="ConnectionEviction"/>), so that clients with idle or very many connections cannot lock other clients out. If no
/// connection may be replaced, the new connection waits up to two seconds and is then closed. While the thread pool is busy (<see cref="PoolLoad"/>), new
/// connections are admitted slowly, so that a burst of connections does not delay requests on open connections. A waiting connection is only a socket: nothing
/// is read from it, and Kestrel has no connection object for it.
/// </summary>
/// <remarks>Thread-safe. Opening or closing a connection takes a lock; a request on an open connection takes none.</remarks>
internal sealed class ConnectionAdmission
{
    /// <summary>
    /// Maximum time that a new connection waits while the maximum number of connections is admitted and none of them may be replaced. The new connection is
    /// then closed. Two seconds are usually enough for some connections to end after a burst of connections.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Maximum time that a new connection waits for its admission while the thread pool is busy; the new connection is then closed.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Interval in milliseconds at which a waiting connection of a heavy client network (<see cref="ClientNetwork.IsHeavy"/>) is admitted before the
    /// connections of all other networks, so that heavy networks do not starve. While the thread pool is busy, connections of heavy networks are admitted only
    /// at this interval.
    /// </summary>
    private const int HeavyWait = 8;

    /// <summary>Milliseconds between two searches for connections that have waited too long.</summary>
    private const int ExpiryInterval = 32;

    private readonly Lock _gate = new();
    private readonly ClientNetworks _networks = new(static () => Environment.TickCount64);
    private readonly ConnectionEviction _admitted;
    private readonly WaitingConnections _waiting;
    private readonly PacingThread _pacing, _closing;
    private readonly ConcurrentQueue<WaitingConnection> _dropped = [];
    private readonly int _max, _maxWithWaiting, _mostDropped;
    private int _protected, _steps, _opening;
    private readonly Counter<long> _refused, _closed;

    public ConnectionAdmission(MemoryPlan plan, IMeterFactory meters)
    {
        (_max, _maxWithWaiting, _mostDropped) = (plan.Connections, plan.ConnectionsWithWaiting, plan.MostDropped);
        (_admitted, _waiting) = (new(_max), new());
        (_pacing, _closing) = (new("admission", AdmitWaiting), new("closing", RefuseDropped));
        var meter = meters.Create(RequestMemoryBudget.MeterName);
        meter.CreateObservableGauge("mnist.connections.open", () => Count, "{connection}", "Admitted connections.");
        meter.CreateObservableGauge("mnist.connections.limit", () => _max, "{connection}", "Maximum number of admitted connections.");
        _refused = meter.CreateCounter<long>("mnist.connections.refused", "{connection}", "New connections that were closed before they were admitted, because they had waited too long or too many connections waited.");
        _closed = meter.CreateCounter<long>("mnist.connections.replaced", "{connection}", "Connections that were closed to make room for another connection.");
    }

    internal int Count
    {
        get
        {
            lock (_gate) return _admitted.Count;
        }
    }

    /// <summary>Increments the number of connections that are protected from eviction. <see cref="Unprotect"/> decrements this number.</summary>
    /// <returns>False if a quarter of the maximum number of connections is already protected.</returns>
    internal bool TryProtect()
    {
        if (Interlocked.Increment(ref _protected) <= _max / 4) return true;
        Unprotect();
        return false;
    }

    internal void Unprotect() => Interlocked.Decrement(ref _protected);

    /// <summary>Admits or queues a new connection. If too many connections wait, closes a waiting connection, possibly the new one.</summary>
    internal void Enter(IArrival arrival)
    {
        var prefix = ClientNetwork.PrefixOf(arrival.Address);
        AdmittedConnection connection;
        AdmittedConnection? replaced = null;
        WaitingConnection? waiting = null, dropped = null;
        lock (_gate)
        {
            var network = _networks.Add(prefix);
            connection = new(arrival, this, network);
            var mayEnter = _waiting.Count == 0 && !PoolLoad.IsBusy && Volatile.Read(ref _opening) < PoolLoad.Busy;
            if (!mayEnter || !_admitted.TryAdd(connection, network.AdmittedUnanswered, out replaced))
                dropped = _waiting.Add(waiting = new(connection), _maxWithWaiting - _admitted.Count);
        }
        Close(replaced);
        if (dropped is not null) Drop(dropped);
        if (waiting is null) Open(connection);
        else _pacing.Wake();
    }

    /// <summary>Decrements the number of admitted connections that Kestrel has not taken from the listener's queue yet.</summary>
    internal void EndOpening() => Interlocked.Decrement(ref _opening);

    /// <summary>Removes a closed connection from the counts of its client network, and from the admitted connections if it was admitted.</summary>
    internal void Forget(AdmittedConnection connection)
    {
        connection.StopCounting();
        lock (_gate)
        {
            _admitted.Remove(connection);
            _networks.Remove(connection.Network);
        }
    }

    /// <summary>Admits the next waiting connections. A <see cref="PacingThread"/> calls this every millisecond while connections wait.</summary>
    /// <returns>True if connections still wait for admission.</returns>
    private bool AdmitWaiting()
    {
        var (admitted, refused, replaced) = (new List<WaitingConnection>(), new List<WaitingConnection>(), new List<AdmittedConnection>());
        var (now, heavy, waits) = (Environment.TickCount64, PoolLoad.HeavyPerMillisecond, false);
        lock (_gate)
        {
            var isHeavyTurn = ++_steps % HeavyWait == 0;
            if (PoolLoad.IsBusy && !isHeavyTurn) heavy = 0;
            _waiting.Reclassify();
            if (_steps % ExpiryInterval == 0) _waiting.RemoveOlder(now - (long)LongestTurn.TotalMilliseconds, refused);
            for (var most = PoolLoad.PerMillisecond; admitted.Count < most;)
            {
                var next = (isHeavyTurn ? _waiting.FindNext(heavy: true) : null) ?? _waiting.FindNext(heavy: false);
                if (next is null) break;
                var isHeavy = next.Connection.Network.IsHeavy;
                if (isHeavy && heavy-- <= 0) break;
                if (!_admitted.TryAdd(next.Connection, next.Connection.Network.AdmittedUnanswered + 1, out var closed))
                {
                    if (_steps % ExpiryInterval == 0) _waiting.RemoveOlder(now - (long)LongestWait.TotalMilliseconds, refused, heavyOnly: isHeavy);
                    if (!isHeavyTurn || !isHeavy) break;
                    (isHeavyTurn, heavy) = (false, 0); // next, try a network that is not heavy: it may replace more connections
                    continue;
                }
                isHeavyTurn = false;
                _waiting.Remove(next);
                admitted.Add(next);
                if (closed is not null) replaced.Add(closed);
            }
            waits = _waiting.Count > 0;
        }
        foreach (var connection in replaced) Close(connection);
        foreach (var waiting in admitted) Open(waiting.Connection);
        foreach (var waiting in refused) Refuse(waiting);
        return waits;
    }

    private void Open(AdmittedConnection connection)
    {
        Interlocked.Increment(ref _opening);
        if (connection.TryOpen()) return;
        EndOpening();
        connection.Close();
        Forget(connection);
    }

    /// <summary>
    /// Closes a refused connection on another thread. Closing a socket that has received much data takes longer than accepting a connection, so closing on the
    /// accepting thread would delay other clients. If too many connections are already queued to be closed, the calling thread closes the connection itself.
    /// </summary>
    private void Drop(WaitingConnection dropped)
    {
        if (_dropped.Count >= _mostDropped)
        {
            Refuse(dropped);
            return;
        }
        _dropped.Enqueue(dropped);
        _closing.Wake();
    }

    /// <summary>Closes all connections that <see cref="Drop"/> has queued. Runs on a <see cref="PacingThread"/>.</summary>
    /// <returns>Always false: no work is left, because the queue is empty afterwards.</returns>
    private bool RefuseDropped()
    {
        while (_dropped.TryDequeue(out var dropped)) Refuse(dropped);
        return false;
    }

    private void Refuse(WaitingConnection waiting)
    {
        _refused.Add(1);
        waiting.Connection.Close();
        Forget(waiting.Connection);
    }

    private void Close(AdmittedConnection? replaced)
    {
        if (replaced is null) return;
        _closed.Add(1);
        replaced.Close();
    }
}
