namespace MnistService.Connections;

/// <summary>The admitted connections, and the eviction policy: which connection is closed to make room for a new connection. Not thread-safe.</summary>
/// <param name="max">Maximum number of admitted connections.</param>
internal sealed class ConnectionEviction(int max)
{
    /// <summary>
    /// Time in milliseconds from the start of the last request of a connection until the connection counts as unused, even if that request is still in
    /// progress. An unused connection may be closed for any new connection. A connection whose only request was answered already counts as unused after
    /// <see cref="Turn"/>, because few clients soon send a second request, and a flood of small requests leaves thousands of such connections.
    /// </summary>
    private const long Unused = 500;

    /// <summary>
    /// Time in milliseconds from the admission of a connection until it counts as unused if no request has begun on it. An unused connection may be closed for
    /// any new connection.
    /// </summary>
    private const long UnusedWithoutRequest = 300;

    /// <summary>
    /// Time in milliseconds, from admission and from the start of each request, in which a connection is not closed to make room for another connection.
    /// </summary>
    private const long Turn = 50;

    /// <summary>
    /// Number of connections up to which a client network counts as small. A connection of a small network that is idle after a request is closed for a new
    /// connection only when it is unused (<see cref="Unused"/>). Such a connection of a larger network may be closed earlier, for a network with fewer
    /// connections.
    /// </summary>
    private const int FewIdle = 8;

    /// <summary>
    /// Maximum number of admitted connections that one search for a connection to close examines. A search through all connections would take too long in a
    /// flood. The next search continues where the last search stopped; while connections wait, the search is repeated about once per millisecond.
    /// </summary>
    private const int Searched = 64;

    /// <summary>
    /// Number of places that only connections of known networks (<see cref="ClientNetwork.IsKnown"/>) may use, so that these clients need not wait at the start
    /// of a flood until a connection may be replaced.
    /// </summary>
    private readonly int _reserved = max / 32;

    private readonly List<AdmittedConnection> _connections = [];
    private int _next;

    internal int Count => _connections.Count;

    /// <summary>Adds a new connection, if necessary in place of an admitted connection.</summary>
    /// <param name="connection">The new connection.</param>
    /// <param name="unanswered">
    /// Number of admitted connections without a completed response in the client network of the new connection, including the new connection.
    /// </param>
    /// <param name="replaced">The connection that the caller must close; null if no connection had to be replaced, or if the result is false.</param>
    /// <returns>False if no place is left for the new connection, and the search found no connection that may be closed.</returns>
    internal bool TryAdd(AdmittedConnection connection, int unanswered, out AdmittedConnection? replaced)
    {
        replaced = null;
        if (_connections.Count >= (connection.Network.IsKnown ? max : max - _reserved))
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

    /// <summary>Removes a connection from the admitted connections; does nothing if the connection is not admitted.</summary>
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
    /// Searches for a connection that may be closed for a new connection: an unused connection, or a connection whose client network has more connections than
    /// the client network of the new connection (<see cref="Excess"/>). A heavy network (<see cref="ClientNetwork.IsHeavy"/>) is compared only with
    /// other heavy networks, except for idle connections. Prefers unused connections, then the largest excess, then the connection whose last request began
    /// longest ago.
    /// </summary>
    /// <param name="newcomer">Client network of the new connection.</param>
    /// <param name="unanswered">
    /// Number of admitted connections of <paramref name="newcomer"/> without a completed response, including the new connection.
    /// </param>
    /// <returns>The connection to close; null if no examined connection may be closed.</returns>
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

        // Sort key: the connection with the lowest key is closed.
        (bool, int, long) Order(AdmittedConnection connection) =>
            (IsInUse(connection, now), -Math.Max(0, Excess(connection, newcomer, unanswered)), connection.Used);
    }

    private static bool IsInUse(AdmittedConnection connection, long now) =>
        now - connection.Used < (!connection.HasRequest ? UnusedWithoutRequest : connection is { IsIdle: true, HasFurtherRequest: false } ? Turn : Unused);

    /// <summary>
    /// Compares the number of connections of two client networks: the network of an admitted connection, and the network of a new connection.
    /// </summary>
    /// <param name="newcomer">Client network of the new connection.</param>
    /// <param name="unanswered">
    /// Number of admitted connections of <paramref name="newcomer"/> without a completed response, including the new connection.
    /// </param>
    /// <returns>
    /// How many more connections the client network of <paramref name="connection"/> has than <paramref name="newcomer"/>. If <paramref name="connection"/> is
    /// idle and has had a request, all connections count, and <paramref name="newcomer"/> counts as at least <see cref="FewIdle"/> connections. If
    /// <paramref name="connection"/> has no completed response, only admitted connections without a completed response count. Otherwise, the result is 0. For a
    /// connection without a completed response, the result is also 0 if <paramref name="newcomer"/> is heavy (<see cref="ClientNetwork.IsHeavy"/>) and the other
    /// network is not. A flood therefore does not replace requests that ordinary clients began less than half a second ago.
    /// </returns>
    private static int Excess(AdmittedConnection connection, ClientNetwork newcomer, int unanswered)
    {
        var network = connection.Network;
        if (connection.IsIdle && connection.HasRequest) return network.Connections - Math.Max(FewIdle, newcomer.Connections);
        return connection.IsAnswered || (newcomer.IsHeavy && !network.IsHeavy) ? 0 : network.AdmittedUnanswered - unanswered;
    }
}
