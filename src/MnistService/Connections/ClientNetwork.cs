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
    /// <summary>A client network with at least this many connections without a completed response is heavy.</summary>
    private const int Heavy = 4;

    /// <summary>
    /// A client network with at least this many connections without a completed response is very heavy: it stays heavy for <see cref="RememberedFor"/>. Dropped
    /// connections are counted, too. A browser usually opens at most six HTTP/1.1 connections to a server.
    /// </summary>
    private const int VeryHeavy = 8;

    /// <summary>Milliseconds for which a very heavy client network stays heavy. Dropped connections are counted for at most this time.</summary>
    private const long RememberedFor = 10_000;

    /// <summary>
    /// Milliseconds for which a client network is known after a successful response. The period includes the usual intervals of health checks and of a
    /// monitoring system.
    /// </summary>
    private const long KnownFor = 60_000;

    /// <summary>Milliseconds between two updates of the time until which a network is known, so that processors do not write one variable for each request.</summary>
    private const long KnownInterval = 1_000;

    private readonly Func<long> _clock;
    private int _unanswered, _dropped;
    private long _firstDropped = long.MinValue / 2, _heavyUntil = long.MinValue, _knownUntil = long.MinValue / 2;

    /// <param name="prefix">Identifier of the client network, from <see cref="PrefixOf"/>.</param>
    /// <param name="clock">Returns the current time in milliseconds.</param>
    internal ClientNetwork(UInt128 prefix, Func<long> clock)
    {
        (Prefix, _clock) = (prefix, clock);
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
    /// True if, in the last ten seconds, at least eight connections of this client network had no completed response at the same time. Connections that were
    /// dropped in that time are counted, too. Otherwise a flood that returns in waves would begin each wave with the priority of an ordinary client.
    /// </summary>
    internal bool WasVeryHeavy => _clock() < Volatile.Read(ref _heavyUntil);

    /// <summary>
    /// True if the service sent a successful response to this client network in the last minute, and the network is not heavy. At the start of a flood from many
    /// new networks, such a network is probably not part of the flood.
    /// </summary>
    internal bool IsKnown => WasServed && !IsHeavy;

    /// <summary>True while something about this client network is worth remembering though it has no connections.</summary>
    internal bool IsWorthRemembering => WasVeryHeavy || WasServed;

    /// <summary>
    /// True while this client network is in the queue of remembered networks of <see cref="ClientNetworks"/>. Changed only by <see cref="ClientNetworks"/>.
    /// </summary>
    internal bool IsRemembered { get; set; }

    /// <summary>Number of admitted connections of this client network without a completed response.</summary>
    internal int AdmittedUnanswered => Unanswered - Waiting.Count;

    /// <summary>Counts a new connection. Called only under the lock of <see cref="ConnectionAdmission"/>.</summary>
    internal void AddUnanswered()
    {
        var unanswered = Interlocked.Increment(ref _unanswered);
        if (_dropped > 0 && _clock() - _firstDropped > RememberedFor) _dropped = 0;
        if (unanswered + _dropped >= VeryHeavy) Remember();
    }

    /// <summary>
    /// Counts a connection that is closed because too many connections wait, unless the client network has few other connections. In that case, the
    /// connections of other networks are the reason. Called only under the lock of <see cref="ConnectionAdmission"/>, after <see cref="RemoveUnanswered"/>.
    /// </summary>
    internal void AddDropped()
    {
        if (Unanswered < Heavy - 1) return;
        var now = _clock();
        if (now - _firstDropped > RememberedFor) (_dropped, _firstDropped) = (0, now);
        _dropped++;
    }

    /// <summary>Records that a successful response was sent to this client network. Thread-safe.</summary>
    internal void AddServed()
    {
        var until = _clock() + KnownFor;
        if (until - Volatile.Read(ref _knownUntil) >= KnownInterval) Volatile.Write(ref _knownUntil, until);
    }

    internal void RemoveUnanswered()
    {
        if (Unanswered >= VeryHeavy) Remember(); // the ten seconds begin when fewer than eight connections are left
        Interlocked.Decrement(ref _unanswered);
    }

    private bool WasServed => _clock() < Volatile.Read(ref _knownUntil);

    private void Remember() => Volatile.Write(ref _heavyUntil, _clock() + RememberedFor);

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
