using System.Numerics;

namespace MnistService.Hosting.Memory;

/// <summary>
/// The connections that wait to be admitted. Those of networks with few unanswered connections go before those with more, and the newest before
/// older ones (adaptive LIFO): under a flood, first-in first-out would make everyone wait as long as the flood. Not safe for threads.
/// </summary>
/// <param name="max">Connections that wait at a time.</param>
internal sealed class WaitingConnections(int max)
{
    /// <summary>One for each power of two of unanswered connections.</summary>
    private readonly LinkedList<WaitingConnection>[] _lists = [.. Enumerable.Range(0, 32).Select(_ => new LinkedList<WaitingConnection>())];

    internal int Count => _lists.Sum(list => list.Count);

    /// <summary>The networks with 2^this and more unanswered connections have many.</summary>
    private const int Many = 2;

    /// <summary>Whether only networks with many unanswered connections wait.</summary>
    internal bool AreOfHeavyNetworks => Array.FindIndex(_lists, list => list.Count > 0) >= Many;

    /// <summary>The one to admit next.</summary>
    internal WaitingConnection? Next => Array.Find(_lists, list => list.Count > 0)?.Last!.Value;

    /// <returns>What lost its place in the queue to it, and is to be closed: the oldest of a network with most unanswered connections.</returns>
    internal WaitingConnection? Add(WaitingConnection waiting)
    {
        var dropped = Count < max ? null : Array.FindLast(_lists, list => list.Count > 0)?.First!.Value;
        if (dropped is not null) Remove(dropped);
        _lists[BitOperations.Log2((uint)Math.Max(1, waiting.Connection.Network.Unanswered))].AddLast(waiting.Node);
        return dropped;
    }

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

    /// <summary>In milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long Since { get; } = Environment.TickCount64;

    /// <summary>True: admitted. False: to be closed.</summary>
    internal TaskCompletionSource<bool> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
