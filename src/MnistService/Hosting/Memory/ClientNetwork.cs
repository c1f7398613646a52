namespace MnistService.Hosting.Memory;

/// <summary>The connections of one client network: an address, or the part of IPv6 that one customer gets.</summary>
internal sealed class ClientNetwork(UInt128 prefix)
{
    private int _unanswered;

    internal UInt128 Prefix => prefix;

    /// <summary>Connections, admitted or waiting. Used only under the lock of <see cref="ConnectionAdmission"/>.</summary>
    internal int Connections { get; set; }

    /// <summary>
    /// Connections on which no request was answered yet, admitted or waiting. Clients that are served have few of them, whatever number of connections
    /// they keep; clients that only hold connections have many.
    /// </summary>
    internal int Unanswered => Volatile.Read(ref _unanswered);

    internal void AddUnanswered() => Interlocked.Increment(ref _unanswered);

    internal void RemoveUnanswered() => Interlocked.Decrement(ref _unanswered);
}
