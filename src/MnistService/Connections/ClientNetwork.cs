using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MnistService.Connections;

/// <summary>
/// Counts the connections of one client network. A client network is one IPv4 address or one IPv6 /64 prefix, because a provider usually assigns each customer
/// a /64.
/// </summary>
internal sealed class ClientNetwork
{
    /// <summary>Number of connections without a completed response from which a client network is heavy.</summary>
    private const int Heavy = 4;

    /// <summary>
    /// Number of connections without a completed response, including dropped connections, from which a client network stays heavy for <see cref="Memory"/>. A
    /// browser opens at most six connections to a server at the same time, so one user with a browser does not reach this number.
    /// </summary>
    private const int VeryHeavy = 8;

    /// <summary>Milliseconds for which a very heavy client network stays heavy, and for which its dropped connections are counted.</summary>
    private const long Memory = 10_000;

    private int _unanswered, _dropped;
    private long _firstDropped = long.MinValue / 2, _heavyUntil;

    internal ClientNetwork(UInt128 prefix)
    {
        Prefix = prefix;
        Turn = new(this);
    }

    internal UInt128 Prefix { get; }

    /// <summary>The waiting connections of this client network, oldest first. Changed only by <see cref="WaitingConnections"/>.</summary>
    internal LinkedList<WaitingConnection> Waiting { get; } = [];

    internal LinkedListNode<ClientNetwork> Turn { get; }

    /// <summary>Number of connections of this client network, admitted or waiting. Used only under the lock of <see cref="ConnectionAdmission"/>.</summary>
    internal int Connections { get; set; }

    /// <summary>
    /// Number of connections of this client network, admitted or waiting, on which no response was completed yet. Uploads and protected long responses are not
    /// counted. Ordinary clients have few such connections, because their requests are answered soon. Clients that only hold connections open have many.
    /// </summary>
    internal int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>
    /// True if at least four connections of this client network have no completed response yet (<see cref="Unanswered"/>), or if the network was very heavy a
    /// short time ago (<see cref="WasVeryHeavy"/>). While connections wait for admission, connections of heavy client networks are admitted last. Every few
    /// milliseconds, one of these connections is admitted first, so that heavy client networks do not starve.
    /// </summary>
    internal bool IsHeavy => Unanswered >= Heavy || WasVeryHeavy;

    /// <summary>
    /// True if at least eight connections of this client network had no completed response at the same time in the last ten seconds. Dropped connections are
    /// counted with the others for ten seconds. Without this memory, each wave of a flood would begin with the priority of ordinary clients.
    /// </summary>
    internal bool WasVeryHeavy => Environment.TickCount64 < Volatile.Read(ref _heavyUntil);

    /// <summary>True while <see cref="ClientNetworks"/> keeps this client network in a queue. Changed only by <see cref="ClientNetworks"/>.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Number of admitted connections of this client network without a completed response.</summary>
    internal int AdmittedUnanswered => Unanswered - Waiting.Count;

    /// <summary>Counts a new connection. Called only under the lock of <see cref="ConnectionAdmission"/>.</summary>
    internal void AddUnanswered()
    {
        if (Interlocked.Increment(ref _unanswered) + _dropped < VeryHeavy) return;
        var now = Environment.TickCount64;
        if (now - _firstDropped > Memory) _dropped = 0;
        if (Unanswered + _dropped >= VeryHeavy) Volatile.Write(ref _heavyUntil, now + Memory);
    }

    /// <summary>
    /// Counts a connection that is closed because too many connections wait. Called only under the lock of <see cref="ConnectionAdmission"/>.
    /// </summary>
    internal void AddDropped()
    {
        var now = Environment.TickCount64;
        if (now - _firstDropped > Memory) (_dropped, _firstDropped) = (0, now);
        _dropped++;
    }

    internal void RemoveUnanswered() => Interlocked.Decrement(ref _unanswered);

    /// <summary>
    /// Returns the identifier of a client network: an IPv4 address mapped to IPv6, or the first 64 bits of an IPv6 address followed by 64 zero bits.
    /// </summary>
    /// <param name="address">Address of the client; null for a Unix socket, which counts as the loopback address.</param>
    internal static UInt128 PrefixOf(IPAddress? address)
    {
        address ??= IPAddress.Loopback;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6) bytes[8..].Clear();
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
