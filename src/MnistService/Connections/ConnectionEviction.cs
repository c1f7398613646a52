namespace MnistService.Connections;

/// <summary>The admitted connections, and the eviction policy: which connection is closed when there is no place for a new one. Not thread-safe.</summary>
/// <param name="max">Maximum number of admitted connections.</param>
internal sealed class ConnectionEviction(int max)
{
    /// <summary>
    /// Milliseconds without a new request after which a connection may be closed for any other; fewer if it never had a request. A connection whose only
    /// request was answered may be closed after <see cref="Turn"/>: few clients reuse such a connection soon, and a flood of small requests leaves thousands of
    /// them.
    /// </summary>
    private const long Unused = 500, UnusedWithoutRequest = 300;

    /// <summary>Milliseconds after admission, and after the start of each request, during which a connection is not closed for another one.</summary>
    private const long Turn = 50;

    /// <summary>Connections that a network may have before its idle connections can be closed for a network with fewer.</summary>
    private const int FewIdle = 8;

    /// <summary>
    /// Connections that one search examines. A search through all connections would take too long in a flood. The next search continues where this one stopped,
    /// and a waiting connection searches again every millisecond.
    /// </summary>
    private const int Searched = 64;

    private readonly List<AdmittedConnection> _connections = [];
    private int _next;

    internal int Count => _connections.Count;

    /// <param name="unanswered">Admitted unanswered connections of its network, including the new one.</param>
    /// <param name="replaced">The connection that the caller must close; null if there was a free place.</param>
    /// <returns>False if there is no place.</returns>
    internal bool TryAdd(AdmittedConnection connection, int unanswered, out AdmittedConnection? replaced)
    {
        replaced = null;
        if (_connections.Count >= max)
        {
            replaced = FindConnectionToClose(connection.Network, unanswered);
            if (replaced is null) return false;
            Remove(replaced);
        }
        connection.Touch();
        connection.Index = _connections.Count;
        _connections.Add(connection);
        return true;
    }

    /// <summary>Does nothing if the connection was removed before.</summary>
    internal void Remove(AdmittedConnection connection)
    {
        if (connection.Index < 0) return;
        var last = _connections[^1];
        _connections[connection.Index] = last;
        last.Index = connection.Index;
        _connections.RemoveAt(_connections.Count - 1);
        connection.Index = -1;
    }

    /// <summary>
    /// Returns an unused connection, or one that had its turn if either it is idle and its network has more connections than the newcomer's, or nothing on it
    /// was answered and its network has more unanswered connections. Unused connections are selected first, then those of the network with the largest excess,
    /// then the one whose last request began longest ago.
    /// </summary>
    private AdmittedConnection? FindConnectionToClose(ClientNetwork newcomer, int unanswered)
    {
        AdmittedConnection? found = null;
        var now = Environment.TickCount64;
        for (var i = Math.Min(Searched, _connections.Count); i > 0; i--)
        {
            _next = (_next + 1) % _connections.Count;
            var connection = _connections[_next];
            if (connection.IsKept || now - connection.Used < Turn) continue;
            if (IsInUse(connection, now) && Excess(connection, newcomer, unanswered) <= 0) continue;
            if (found is null || Order(connection).CompareTo(Order(found)) < 0) found = connection;
        }
        return found;

        // The connection with the lowest order is closed.
        (bool, int, long) Order(AdmittedConnection connection) =>
            (IsInUse(connection, now), -Math.Max(0, Excess(connection, newcomer, unanswered)), connection.Used);
    }

    private static bool IsInUse(AdmittedConnection connection, long now) =>
        now - connection.Used < (!connection.HasRequest ? UnusedWithoutRequest : connection is { IsIdle: true, HasFurtherRequest: false } ? Turn : Unused);

    /// <returns>How many more connections of this kind (idle or unanswered) its network has than it may have, compared with the newcomer's network.</returns>
    private static int Excess(AdmittedConnection connection, ClientNetwork newcomer, int unanswered)
    {
        var network = connection.Network;
        if (connection.IsIdle && connection.HasRequest) return network.Connections - Math.Max(FewIdle, newcomer.Connections);
        return connection.IsAnswered ? 0 : network.AdmittedUnanswered - unanswered;
    }
}
