namespace MnistService.Hosting.Memory;

/// <summary>
/// Delays new connections while the thread pool has more to do than it can in a few milliseconds, so that a burst of connections does not delay the requests on
/// connections that are open already. A network's first two go before its further ones, and the newest before older ones (adaptive
/// LIFO): under a flood, first-in first-out would make everyone wait as long as the flood.
/// </summary>
/// <remarks>Safe for all threads.</remarks>
internal sealed class ConnectionPacer
{
    /// <summary>Queued work items from which on connections are delayed.</summary>
    private const int Busy = 48;

    /// <summary>Connections that go on per tick: each of them is several work items. While the pool is busy some go on all the same.</summary>
    private const int PerTick = 8, PerBusyTick = 2;

    /// <summary>Connections of one network that wait in front of all further ones.</summary>
    private const int Few = 2;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _few = [], _further = []; // the first waiting connections of each network, and all others
    private readonly Dictionary<UInt128, int> _perNetwork = [];
    private bool _runs;

    /// <param name="network">The client's address, or the part of it that one client can have whole.</param>
    /// <returns>False if the connection has waited too long and is to be closed.</returns>
    internal ValueTask<bool> WaitAsync(UInt128 network)
    {
        if (ThreadPool.PendingWorkItemCount < Busy && Volatile.Read(ref _runs) is false) return new(true);
        var waiting = new Waiting(network, Environment.TickCount64, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            var others = _perNetwork.GetValueOrDefault(network);
            _perNetwork[network] = others + 1;
            (others < Few ? _few : _further).AddLast(waiting);
            if (!_runs)
            {
                _runs = true;
                _ = ReleaseAsync();
            }
        }
        return new(waiting.Turn.Task);
    }

    private async Task ReleaseAsync()
    {
        var released = new List<(Waiting Connection, bool GoesOn)>();
        for (var ends = false; !ends;)
        {
            await Task.Delay(Tick);
            lock (_gate)
            {
                foreach (var list in new[] { _few, _further })
                {
                    while (list.First is { } oldest && Environment.TickCount64 - oldest.Value.Since > LongestWait.TotalMilliseconds)
                        released.Add((Remove(oldest), false));
                }
                var most = ThreadPool.PendingWorkItemCount < Busy ? PerTick : PerBusyTick;
                for (var i = 0; i < most && (_few.Last ?? _further.Last) is { } newest; i++) released.Add((Remove(newest), true));
                ends = _perNetwork.Count == 0;
                if (ends) _runs = false;
            }
            foreach (var (connection, goesOn) in released) connection.Turn.SetResult(goesOn);
            released.Clear();
        }
    }

    private Waiting Remove(LinkedListNode<Waiting> node)
    {
        var waiting = node.Value;
        node.List!.Remove(node);
        if (--System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_perNetwork, waiting.Network) == 0) _perNetwork.Remove(waiting.Network);
        return waiting;
    }

    private sealed record Waiting(UInt128 Network, long Since, TaskCompletionSource<bool> Turn);
}
