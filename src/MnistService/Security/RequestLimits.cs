using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MnistService.Connections;

namespace MnistService.Security;

/// <summary>
/// Rate limits per key, per address, and per address with invalid keys. Each client has a token bucket that holds five seconds' worth of requests and is
/// refilled continuously. Full, unused buckets are discarded after ten seconds, so their number is bounded by the number of recent clients.
/// </summary>
internal sealed class RequestLimits(IOptions<SecurityOptions> options) : IDisposable
{
    private const int BurstSeconds = 5;

    /// <summary>Interval at which the limiter's internal timer refills the buckets.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<string>? _perKey = Create<string, string>(options.Value.RequestsPerSecond.PerKey, name => name);
    private readonly PartitionedRateLimiter<IPAddress?>? _perAddress = Create<IPAddress?, UInt128>(options.Value.RequestsPerSecond.PerAddress, ClientNetwork.PrefixOf);
    private readonly PartitionedRateLimiter<IPAddress?>? _failures = Create<IPAddress?, UInt128>(options.Value.FailuresPerSecond, ClientNetwork.PrefixOf);

    /// <summary>Counts a request with an authenticated key.</summary>
    /// <returns>The error response; null if the request is permitted.</returns>
    internal ProblemHttpResult? CheckKey(HttpContext http) => _perKey is not null && http.User.Identity?.Name is { } name && Take(_perKey, name) is { } wait
        ? SecurityProblems.TooMany(http.Response, wait, SecurityProblems.RateOfKey, name, options.Value.RequestsPerSecond.PerKey)
        : null;

    /// <returns>The error response; null if the request is permitted.</returns>
    internal ProblemHttpResult? CheckAddress(HttpContext http) => Take(_perAddress, http.Connection.RemoteIpAddress) is { } wait
        ? SecurityProblems.TooMany(http.Response, wait, SecurityProblems.RateOfAddress, options.Value.RequestsPerSecond.PerAddress)
        : null;

    /// <summary>Counts a request with a missing or invalid key.</summary>
    /// <returns>The error response; null below the limit, so that the response can describe what is wrong with the key.</returns>
    internal ProblemHttpResult? CheckFailure(HttpContext http) => Take(_failures, http.Connection.RemoteIpAddress) is { } wait
        ? SecurityProblems.TooMany(http.Response, wait, SecurityProblems.RateOfFailures, options.Value.FailuresPerSecond)
        : null;

    public void Dispose()
    {
        _perKey?.Dispose();
        _perAddress?.Dispose();
        _failures?.Dispose();
    }

    private static PartitionedRateLimiter<T>? Create<T, TKey>(int perSecond, Func<T, TKey> partition) where TKey : notnull
    {
        if (perSecond == 0) return null;
        // One token per period, so that each timer tick adds a proportional amount instead of one second's worth once per second.
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
