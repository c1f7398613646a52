namespace MnistService.Hosting.Memory;

/// <summary>The admitted connections, and which of them is closed when there is no place for a new one. Not safe for threads.</summary>
/// <param name="max">Connections at a time.</param>
internal sealed class OpenConnections(int max)
{
    /// <summary>Milliseconds that a connection must have been unused, or without a first request, before it may be closed for any other.</summary>
    private const long Unused = 500, UnusedWithoutRequest = 300;

    /// <summary>Milliseconds that each request has, whoever else wants the connection's place.</summary>
    private const long Turn = 50;

    /// <summary>Milliseconds by which a connection without a request counts as older.</summary>
    internal const long UnusedHeadStart = Unused - UnusedWithoutRequest;

    /// <summary>
    /// Connections that are looked at for each new one. The next search continues where the last one stopped: whoever waits searches again soon, and a search through
    /// all of them would take too long in a flood.
    /// </summary>
    private const int Searched = 64;

    private readonly List<AdmittedConnection> _connections = [];
    private int _next;

    internal int Count => _connections.Count;

    /// <param name="connection">The new connection.</param>
    /// <param name="replaced">What lost its place to it, and is to be closed; null if there was a free place.</param>
    /// <returns>False if there is no place.</returns>
    internal bool TryAdd(AdmittedConnection connection, out AdmittedConnection? replaced)
    {
        replaced = null;
        if (_connections.Count >= max)
        {
            replaced = FindReplaceable(connection.Network);
            if (replaced is null) return false;
            Remove(replaced);
        }
        connection.Index = _connections.Count;
        _connections.Add(connection);
        return true;
    }

    /// <summary>Does nothing if it has lost its place already.</summary>
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
    /// A connection that is unused, or that has had its turn without an answer and whose network has more unanswered connections than the newcomer's. The network with most of them
    /// loses one first; of its connections the one whose last request began longest ago.
    /// </summary>
    private AdmittedConnection? FindReplaceable(ClientNetwork newcomer)
    {
        AdmittedConnection? found = null;
        var now = Environment.TickCount64;
        for (var i = Math.Min(Searched, _connections.Count); i > 0; i--)
        {
            _next = (_next + 1) % _connections.Count;
            var connection = _connections[_next];
            var unusedFor = now - connection.Used;
            if (connection.IsKept || unusedFor < Turn) continue;
            if (unusedFor < Unused && (connection.IsAnswered || connection.Network.Unanswered <= newcomer.Unanswered)) continue;
            if (found is null || Worth(connection).CompareTo(Worth(found)) < 0) found = connection;
        }
        return found;
    }

    /// <summary>The lower it is, the sooner the connection is closed.</summary>
    private static (int, long) Worth(AdmittedConnection connection) => (-connection.Network.Unanswered, connection.Used);
}
