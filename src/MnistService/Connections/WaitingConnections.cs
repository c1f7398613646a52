namespace MnistService.Connections;

/// <summary>
/// The connections that wait to be admitted. Networks take turns, one connection each (round robin), so that the wait of a network depends on the number of networks and
/// not on the connections that the others open. Networks without an admitted connection that waits for its first answer go before those with one, and networks with many
/// unanswered connections (<see cref="ClientNetwork.IsHeavy"/>) come last. Of these, the newest connection goes first (adaptive LIFO): first-in first-out would make each
/// wait as long as the flood. Not safe for threads.
/// </summary>
internal sealed class WaitingConnections
{
    private const int Heavy = 2;

    /// <summary>Networks that one search examines.</summary>
    private const int Searched = 64;

    /// <summary>By <see cref="ClassOf"/>.</summary>
    private readonly LinkedList<ClientNetwork>[] _networks = [[], [], []];

    internal int Count { get; private set; }

    /// <param name="heavy">From a heavy network; otherwise from another one, if one waits.</param>
    /// <returns>The connection to admit next; null if none waits.</returns>
    internal WaitingConnection? FindNext(bool heavy)
    {
        for (var i = heavy ? Heavy : 0; i < Heavy; i++)
        {
            for (; _networks[i].First is { Value: var network }; Classify(network))
                if (ClassOf(network) <= i) return network.Waiting.First!.Value;
        }
        return _networks[Heavy].First?.Value.Waiting.Last!.Value;
    }

    /// <param name="waiting">The new one.</param>
    /// <param name="max">Connections that may wait at the time.</param>
    /// <returns>The connection to close because too many wait, which may be the one that was added. Null if there is room.</returns>
    internal WaitingConnection? Add(WaitingConnection waiting, int max)
    {
        var network = waiting.Connection.Network;
        network.Waiting.AddLast(waiting.Node);
        if (network.Turn.List is null) _networks[ClassOf(network)].AddLast(network.Turn);
        if (++Count <= max) return null;
        var dropped = Array.FindLast(_networks, networks => networks.Count > 0)!.Take(Searched).MaxBy(one => one.Waiting.Count)!.Waiting.First!.Value;
        Remove(dropped);
        return dropped;
    }

    /// <summary>Removes a connection. Its network has had its turn.</summary>
    internal void Remove(WaitingConnection waiting)
    {
        Count--;
        var network = waiting.Connection.Network;
        network.Waiting.Remove(waiting.Node);
        if (network.Waiting.Count > 0) Classify(network);
        else network.Turn.List!.Remove(network.Turn);
    }

    /// <summary>Finds networks that have become lighter, some at each call.</summary>
    internal void Reclassify()
    {
        for (var i = 1; i <= Heavy; i++)
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

    /// <summary>Removes those that have waited since before <paramref name="since"/>.</summary>
    internal void RemoveOlder(long since, List<WaitingConnection> removed)
    {
        var old = _networks.SelectMany(networks => networks).SelectMany(network => network.Waiting.TakeWhile(waiting => waiting.Since < since)).ToList();
        foreach (var waiting in old) Remove(waiting);
        removed.AddRange(old);
    }

    /// <summary>Puts a network behind the others of its class.</summary>
    private void Classify(ClientNetwork network)
    {
        network.Turn.List!.Remove(network.Turn);
        _networks[ClassOf(network)].AddLast(network.Turn);
    }

    private static int ClassOf(ClientNetwork network) => network.IsHeavy ? Heavy : network.AdmittedUnanswered > 0 ? 1 : 0;
}

/// <summary>A connection that waits to be admitted.</summary>
internal sealed class WaitingConnection
{
    internal WaitingConnection(AdmittedConnection connection)
    {
        Connection = connection;
        Node = new(this);
    }

    internal AdmittedConnection Connection { get; }

    internal LinkedListNode<WaitingConnection> Node { get; }

    /// <summary>In milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long Since { get; } = Environment.TickCount64;
}
