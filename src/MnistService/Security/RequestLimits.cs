using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// How many requests a second one key, one address, and one address with wrong keys may send: a bucket each, which holds five seconds' worth and fills
/// all the time. Buckets that are full and unused are forgotten after ten seconds, so there are never more than clients of late.
/// </summary>
internal sealed class RequestLimits(IOptions<SecurityOptions> options) : IDisposable
{
    private const int BurstSeconds = 5;

    /// <summary>How often buckets are filled, by the limiter's own clock.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<string>? _perKey = Create<string, string>(options.Value.RequestsPerSecond.PerKey, name => name);
    private readonly PartitionedRateLimiter<IPAddress?>? _perAddress = Create<IPAddress?, UInt128>(options.Value.RequestsPerSecond.PerAddress, NetworkOf);
    private readonly PartitionedRateLimiter<IPAddress?>? _failures = Create<IPAddress?, UInt128>(options.Value.FailuresPerSecond, NetworkOf);

    /// <returns>When to come again, or null when this one is served.</returns>
    internal TimeSpan? TakeOfKey(string name) => Take(_perKey, name);

    /// <returns>When to come again, or null when this one is served.</returns>
    internal TimeSpan? TakeOfAddress(IPAddress? address) => Take(_perAddress, address);

    /// <returns>When to come again, or null when this one is told what is wrong with its key.</returns>
    internal TimeSpan? TakeOfFailures(IPAddress? address) => Take(_failures, address);

    /// <summary>An IPv6 network of 64 bits is what one customer gets, with all its addresses.</summary>
    /// <param name="address">Null for a Unix socket, which is this machine.</param>
    internal static UInt128 NetworkOf(IPAddress? address)
    {
        address ??= IPAddress.Loopback;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6) bytes[8..].Clear();
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public void Dispose()
    {
        _perKey?.Dispose();
        _perAddress?.Dispose();
        _failures?.Dispose();
    }

    private static PartitionedRateLimiter<T>? Create<T, TKey>(int perSecond, Func<T, TKey> partition) where TKey : notnull
    {
        if (perSecond == 0) return null;
        // A token at a time, so that each heartbeat adds what its time is worth, and not once a second a second's worth.
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = BurstSeconds * perSecond,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1) / perSecond,
            QueueLimit = 0,
        };
        return PartitionedRateLimiter.Create<T, TKey>(client => RateLimitPartition.GetTokenBucketLimiter(partition(client), _ => bucket));
    }

    private static TimeSpan? Take<T>(PartitionedRateLimiter<T>? limiter, T client)
    {
        if (limiter is null) return null;
        using var lease = limiter.AttemptAcquire(client);
        if (lease.IsAcquired) return null;
        return (lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.Zero) + Heartbeat;
    }
}
