using System.Numerics;

namespace MnistService.Hosting.Memory;

/// <summary>
/// The connections that wait to be admitted. Those of networks with few unanswered connections go before those with more, and the newest before
/// older ones (adaptive LIFO): under a flood, first-in first-out would make everyone wait as long as the flood. Not safe for threads.
/// </summary>
/// <param name="max">Connections that wait at a time.</param>
internal sealed class WaitingConnections(int max)
{
    /// <summary>Networks with four or more unanswered connections are heavy. This is the index of their first list.</summary>
    internal const int Heavy = 2;

    /// <summary>One for each power of two of unanswered connections.</summary>
    private readonly LinkedList<WaitingConnection>[] _lists = [.. Enumerable.Range(0, 32).Select(_ => new LinkedList<WaitingConnection>())];

    internal int Count => _lists.Sum(list => list.Count);

    /// <param name="from">0, or <see cref="Heavy"/> for heavy networks only.</param>
    /// <returns>The one to admit next.</returns>
    internal WaitingConnection? FindNext(int from)
    {
        for (var i = from; i < _lists.Length; i++)
        {
            while (_lists[i].Last is { } node)
            {
                var present = ListOf(node.Value);
                if (present <= i) return node.Value;
                Remove(node.Value); // its network has got more of them since it came
                _lists[present].AddLast(node);
            }
        }
        return null;
    }

    /// <returns>The connection to close because too many wait: the oldest in the heaviest list, which may be the one that was added. Null if there is room.</returns>
    internal WaitingConnection? Add(WaitingConnection waiting)
    {
        _lists[ListOf(waiting)].AddLast(waiting.Node);
        if (Count <= max) return null;
        var dropped = Array.FindLast(_lists, list => list.Count > 0)!.First!.Value;
        Remove(dropped);
        return dropped;
    }

    private static int ListOf(WaitingConnection waiting) => BitOperations.Log2((uint)Math.Max(1, waiting.Connection.Network.Unanswered));

    internal static void Remove(WaitingConnection waiting) => waiting.Node.List!.Remove(waiting.Node);

    /// <summary>Removes those that have waited since before <paramref name="since"/>.</summary>
    internal void RemoveOlder(long since, List<WaitingConnection> removed)
    {
        foreach (var list in _lists)
        {
            while (list.First is { Value: var oldest } && oldest.Since < since)
            {
                Remove(oldest);
                removed.Add(oldest);
            }
        }
    }
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

    /// <summary>Its network has many unanswered connections.</summary>
    internal bool IsHeavy => Connection.Network.Unanswered >= 1 << WaitingConnections.Heavy;

    /// <summary>In milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long Since { get; } = Environment.TickCount64;

    /// <summary>True: admitted. False: to be closed.</summary>
    internal TaskCompletionSource<bool> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
