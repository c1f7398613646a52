using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Http;

namespace MnistService.Downloads;

/// <summary>
/// Concurrency limit of downloads of all kinds. A download counts until its response is sent, so a slow client would block other downloads. Therefore a client
/// that reads more slowly than <see cref="ConnectionOptions.MinUploadRate"/> is disconnected.
/// </summary>
internal sealed class DownloadLimiter(IOptions<DownloadOptions> options, IOptions<ConnectionOptions> connections, DownloadMetrics metrics) : IDisposable
{
    // Only responses to uploads wait in this queue. Each response keeps its upload slot while it waits, which bounds the length of the queue.
    private readonly ConcurrencyLimiter _limiter = new(new()
    {
        PermitLimit = options.Value.MaxConcurrent,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Counts a download against the limit of concurrent downloads until its response is sent. Rejects the download if the limit is reached.</summary>
    /// <returns>
    /// Null if the download may start; otherwise the 429 response. The method does not throw, because during a flood of downloads exceptions would cost more
    /// than all other work.
    /// </returns>
    internal ProblemHttpResult? TryBegin(HttpContext http)
    {
        var lease = _limiter.AttemptAcquire();
        if (lease.IsAcquired)
        {
            Hold(lease, http);
            return null;
        }
        lease.Dispose();
        metrics.Refused();
        http.Response.Headers.RetryAfter = RetryAfter.Seconds(DownloadProblems.Retry);
        return DownloadProblems.Busy.Result(options.Value.MaxConcurrent);
    }

    /// <summary>
    /// Waits until the number of concurrent downloads is below the limit, and then counts this download until its response is sent. Use this method for files
    /// that are the response to an upload, because a rejection would waste the work of the upload.
    /// </summary>
    internal async Task BeginWhenFreeAsync(HttpContext http)
    {
        var lease = await _limiter.AcquireAsync(1, http.RequestAborted);
        if (lease.IsAcquired) Hold(lease, http);
    }

    public void Dispose() => _limiter.Dispose();

    private void Hold(RateLimitLease lease, HttpContext http)
    {
        metrics.Began();
        http.Response.RegisterForDispose(new Held(lease, metrics));
        AdmittedConnection.KeepUntilAnswered(http);
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is not { MinDataRate: { } rate } feature) return; // HTTP/2 has no minimum rate per response
        feature.MinDataRate = new MinDataRate(Math.Max(rate.BytesPerSecond, connections.Value.MinUploadRate), rate.GracePeriod);
    }

    private sealed class Held(RateLimitLease lease, DownloadMetrics metrics) : IDisposable
    {
        public void Dispose()
        {
            lease.Dispose();
            metrics.Ended();
        }
    }
}
