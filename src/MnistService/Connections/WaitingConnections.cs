namespace MnistService.Connections;

/// <summary>
/// Queue of the connections that wait to be admitted. Client networks take turns, one connection per turn (round robin), so that the wait of a network depends
/// on the number of networks and not on the number of connections that other networks open. There are four priority classes. The highest class has the known
/// networks (<see cref="ClientNetwork.IsKnown"/>). In the second class, every admitted connection of the network has a completed response. In the third class,
/// at least one admitted connection has none. The lowest class has the heavy networks, which have many connections without a completed response
/// (<see cref="ClientNetwork.IsHeavy"/>). The newest connection of a heavy network is admitted first (adaptive LIFO), because in order of arrival each of its
/// connections would wait until the flood ends. Not thread-safe.
/// </summary>
internal sealed class WaitingConnections
{
    private const int Known = 0, New = 1, Unanswered = 2, Heavy = 3;

    /// <summary>
    /// Maximum number of client networks per priority class that one call of <see cref="Reclassify"/> or <see cref="Add"/> examines. A search through all
    /// networks would take too long in a flood of connections.
    /// </summary>
    private const int Searched = 64;

    /// <summary>The client networks with waiting connections: one list per priority class, indexed by <see cref="ClassOf"/>, in round-robin order.</summary>
    private readonly LinkedList<ClientNetwork>[] _networks = [[], [], [], []];

    internal int Count { get; private set; }

    /// <summary>Finds the connection to admit next.</summary>
    /// <param name="heavy">
    /// True to search only heavy client networks (<see cref="ClientNetwork.IsHeavy"/>). If false, a heavy network is used only if no other network waits.
    /// </param>
    /// <returns>The connection; null if no connection of the searched client networks waits.</returns>
    internal WaitingConnection? FindNext(bool heavy)
    {
        for (var i = heavy ? Heavy : Known; i < Heavy; i++)
        {
            for (; _networks[i].First is { Value: var network }; Classify(network))
                if (ClassOf(network) <= i) return network.Waiting.First!.Value;
        }
        return _networks[Heavy].First?.Value.Waiting.Last!.Value;
    }

    /// <param name="max">
    /// Maximum number of waiting connections, including <paramref name="waiting"/>. The maximum changes with the number of admitted connections.
    /// </param>
    /// <returns>
    /// The connection to close because too many connections wait, possibly <paramref name="waiting"/>; null if there is room. It is the oldest waiting connection
    /// of the client network with the most connections without a completed response, among the networks that the search examines.
    /// </returns>
    internal WaitingConnection? Add(WaitingConnection waiting, int max)
    {
        var network = waiting.Connection.Network;
        network.Waiting.AddLast(waiting.Node);
        if (network.Turn.List is null) _networks[ClassOf(network)].AddLast(network.Turn);
        if (++Count <= max) return null;
        var dropped = _networks.Reverse().SelectMany(networks => networks.Take(Searched)).MaxBy(one => one.Unanswered)!.Waiting.First!.Value;
        Remove(dropped);
        dropped.Connection.StopCounting();
        dropped.Connection.Network.AddDropped();
        return dropped;
    }

    /// <summary>
    /// Removes a waiting connection. If other connections of its client network wait, the network moves to the end of the round-robin order of its priority
    /// class.
    /// </summary>
    internal void Remove(WaitingConnection waiting)
    {
        Count--;
        var network = waiting.Connection.Network;
        network.Waiting.Remove(waiting.Node);
        if (network.Waiting.Count > 0) Classify(network);
        else network.Turn.List!.Remove(network.Turn);
    }

    /// <summary>
    /// Moves each client network whose priority has risen to its new class. The priority rises when responses to the network are completed, and when the
    /// network no longer counts as heavy (<see cref="ClientNetwork.IsHeavy"/>). Examines at most <see cref="Searched"/> networks per class.
    /// </summary>
    internal void Reclassify()
    {
        for (var i = New; i <= Heavy; i++)
        {
            for (var left = Math.Min(Searched, _networks[i].Count); left > 0; left--)
            {
                var network = _networks[i].Last!.Value;
                if (ClassOf(network) < i)
                {
                    Classify(network);
                    continue;
                }
                _networks[i].RemoveLast();
                _networks[i].AddFirst(network.Turn);
            }
        }
    }

    /// <summary>
    /// Removes the connections whose wait began before <paramref name="since"/> (in milliseconds of <see cref="Environment.TickCount64"/>), and adds them to
    /// <paramref name="removed"/>.
    /// </summary>
    /// <param name="since">Time before which the wait began.</param>
    /// <param name="removed">List to which the removed connections are added.</param>
    /// <param name="heavyOnly">True to remove only connections of heavy client networks (<see cref="ClientNetwork.IsHeavy"/>).</param>
    internal void RemoveOlder(long since, List<WaitingConnection> removed, bool heavyOnly = false)
    {
        var old = _networks.Skip(heavyOnly ? Heavy : 0).SelectMany(networks => networks)
            .SelectMany(network => network.Waiting.TakeWhile(waiting => waiting.Since < since)).ToList();
        foreach (var waiting in old) Remove(waiting);
        removed.AddRange(old);
    }

    /// <summary>Appends a client network to the round-robin order of the priority class that it now belongs to.</summary>
    private void Classify(ClientNetwork network)
    {
        network.Turn.List!.Remove(network.Turn);
        _networks[ClassOf(network)].AddLast(network.Turn);
    }

    private static int ClassOf(ClientNetwork network) => network.IsHeavy ? Heavy : network.IsKnown ? Known : network.AdmittedUnanswered > 0 ? Unanswered : New;
}

internal sealed class WaitingConnection
{
    internal WaitingConnection(AdmittedConnection connection)
    {
        Connection = connection;
        Node = new(this);
    }

    internal AdmittedConnection Connection { get; }

    internal LinkedListNode<WaitingConnection> Node { get; }

    /// <summary>Time at which this connection began to wait, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long Since { get; } = Environment.TickCount64;
}
