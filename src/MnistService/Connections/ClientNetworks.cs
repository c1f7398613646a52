namespace MnistService.Connections;

/// <summary>
/// The client networks with open connections, and for some seconds those without a connection that recently had very many (<see cref="ClientNetwork.IsHeavy"/>).
/// Not thread-safe.
/// </summary>
internal sealed class ClientNetworks
{
    /// <summary>Maximum number of client networks without a connection that are kept. Each takes about 300 bytes.</summary>
    private const int MostKept = 4_096;

    private readonly Dictionary<UInt128, ClientNetwork> _networks = [];

    /// <summary>The client networks that had no connection when they were added. Some may have connections again.</summary>
    private readonly Queue<ClientNetwork> _kept = [];

    /// <summary>Number of client networks, including those without a connection.</summary>
    internal int Count => _networks.Count;

    /// <summary>Counts a new connection.</summary>
    /// <param name="prefix">Identifier of its client network, from <see cref="ClientNetwork.PrefixOf"/>.</param>
    /// <returns>The client network of the connection.</returns>
    internal ClientNetwork Add(UInt128 prefix)
    {
        RemoveExpired();
        if (!_networks.TryGetValue(prefix, out var network)) _networks[prefix] = network = new(prefix);
        network.Connections++;
        network.AddUnanswered();
        return network;
    }

    /// <summary>Stops counting a connection that was closed.</summary>
    internal void Remove(ClientNetwork network)
    {
        if (--network.Connections > 0) return;
        if (!network.WasVeryHeavy) _networks.Remove(network.Prefix);
        else if (!network.IsKept)
        {
            network.IsKept = true;
            _kept.Enqueue(network);
        }
    }

    private void RemoveExpired()
    {
        while (_kept.TryPeek(out var oldest) && (_kept.Count > MostKept || oldest.Connections > 0 || !oldest.WasVeryHeavy))
        {
            _kept.Dequeue().IsKept = false;
            if (oldest.Connections == 0) _networks.Remove(oldest.Prefix);
        }
    }
}
