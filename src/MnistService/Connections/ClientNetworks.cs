namespace MnistService.Connections;

/// <summary>
/// The client networks that have open connections. After its last connection closed, a network is remembered for up to ten seconds if it had very many
/// connections without a completed response (<see cref="ClientNetwork.WasVeryHeavy"/>), and for up to a minute if it is known
/// (<see cref="ClientNetwork.IsKnown"/>). Not thread-safe.
/// </summary>
/// <param name="clock">Returns the current time in milliseconds.</param>
internal sealed class ClientNetworks(Func<long> clock)
{
    /// <summary>Maximum length of the queue of remembered networks. A network takes about 300 bytes.</summary>
    private const int MostRemembered = 4_096;

    /// <summary>
    /// Exactly one object for each client network that has connections or is in the queue <see cref="_remembered"/>; no object for other networks.
    /// </summary>
    private readonly Dictionary<UInt128, ClientNetwork> _networks = [];

    /// <summary>Remembered networks, in the order in which their last connection closed. Some have connections again.</summary>
    private readonly Queue<ClientNetwork> _remembered = [];

    /// <summary>Number of client networks, including those without a connection.</summary>
    internal int Count => _networks.Count;

    /// <summary>Counts a new connection.</summary>
    /// <param name="prefix">Identifier of its client network, from <see cref="ClientNetwork.PrefixOf"/>.</param>
    /// <returns>The client network of the connection.</returns>
    internal ClientNetwork Add(UInt128 prefix)
    {
        ForgetOld();
        if (!_networks.TryGetValue(prefix, out var network)) _networks[prefix] = network = new(prefix, clock);
        network.Connections++;
        network.AddUnanswered();
        return network;
    }

    /// <summary>Stops counting a connection that was closed.</summary>
    internal void Remove(ClientNetwork network)
    {
        if (--network.Connections > 0 || network.IsRemembered) return;
        if (!network.IsWorthRemembering)
        {
            _networks.Remove(network.Prefix);
            return;
        }
        network.IsRemembered = true;
        _remembered.Enqueue(network);
        ForgetOld();
    }

    private void ForgetOld()
    {
        while (_remembered.TryPeek(out var oldest) && (_remembered.Count > MostRemembered || oldest.Connections > 0 || !oldest.IsWorthRemembering))
        {
            _remembered.Dequeue().IsRemembered = false;
            if (oldest.Connections == 0) _networks.Remove(oldest.Prefix);
        }
    }
}
