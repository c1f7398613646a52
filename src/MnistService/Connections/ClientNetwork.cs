namespace MnistService.Connections;

/// <summary>The connections of one client network: an address, or the part of IPv6 that one customer gets.</summary>
internal sealed class ClientNetwork
{
    private int _unanswered;

    internal ClientNetwork(UInt128 prefix)
    {
        Prefix = prefix;
        Turn = new(this);
    }

    internal UInt128 Prefix { get; }

    /// <summary>Its connections that wait, the oldest first, and its place among the networks that wait. Changed only by <see cref="WaitingConnections"/>.</summary>
    internal LinkedList<WaitingConnection> Waiting { get; } = [];

    internal LinkedListNode<ClientNetwork> Turn { get; }

    /// <summary>Connections, admitted or waiting. Used only under the lock of <see cref="ConnectionAdmission"/>.</summary>
    internal int Connections { get; set; }

    /// <summary>
    /// Connections on which no request was answered yet, admitted or waiting. Clients that are served have few of them, whatever number of connections
    /// they keep; clients that only hold connections have many.
    /// </summary>
    internal int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>It has four or more of them.</summary>
    internal bool IsHeavy => Unanswered >= 4;

    /// <summary>Those of them that are admitted.</summary>
    internal int AdmittedUnanswered => Unanswered - Waiting.Count;

    internal void AddUnanswered() => Interlocked.Increment(ref _unanswered);

    internal void RemoveUnanswered() => Interlocked.Decrement(ref _unanswered);
}
