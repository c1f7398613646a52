using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MnistService.Connections;

namespace MnistService.Security;

/// <summary>
/// Limits the requests per second: per API key, per client address, and per client address for requests without a valid key. Each limit is a token bucket, and
/// a burst may contain as many requests as the limit permits in five seconds. .NET discards a full bucket that is unused for ten seconds, so the number of
/// buckets is bounded by the number of recent clients.
/// </summary>
internal sealed class RequestLimits(IOptions<SecurityOptions> options) : IDisposable
{
    private const int BurstSeconds = 5;

    /// <summary>
    /// Interval at which the timer of <see cref="PartitionedRateLimiter"/> refills the token buckets. The interval is added to <c>Retry-After</c>, because a
    /// token becomes available only when the timer fires.
    /// </summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<string>? _perKey = Create<string, string>(options.Value.RequestsPerSecond.PerKey, name => name);
    private readonly PartitionedRateLimiter<IPAddress?>? _perAddress = Create<IPAddress?, UInt128>(options.Value.RequestsPerSecond.PerAddress, ClientNetwork.PrefixOf);
    private readonly PartitionedRateLimiter<IPAddress?>? _failures = Create<IPAddress?, UInt128>(options.Value.FailuresPerSecond, ClientNetwork.PrefixOf);

    /// <summary>Counts a request with an authenticated key.</summary>
    /// <returns>The 429 response if the key exceeds its limit; otherwise null.</returns>
    internal ProblemHttpResult? CheckKey(HttpContext http) => _perKey is not null && http.User.Identity?.Name is { } name && Take(_perKey, name) is { } wait
        ? SecurityProblems.TooMany(http.Response, wait, SecurityProblems.RateOfKey, name, options.Value.RequestsPerSecond.PerKey)
        : null;

    /// <summary>Counts a request of the client's address.</summary>
    /// <returns>The 429 response if the address exceeds its limit; otherwise null.</returns>
    internal ProblemHttpResult? CheckAddress(HttpContext http) => Take(_perAddress, http.Connection.RemoteIpAddress) is { } wait
        ? SecurityProblems.TooMany(http.Response, wait, SecurityProblems.RateOfAddress, options.Value.RequestsPerSecond.PerAddress)
        : null;

    /// <summary>Counts a request with a missing or invalid key.</summary>
    /// <returns>The 429 response if the address exceeds its limit; null if the caller must send the 400 or 401 response instead.</returns>
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
        // With one token per period, each tick of the timer adds tokens in proportion to the elapsed time. With a period of one second, all tokens
        // of the second would be added at once.
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
