using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MnistService.Connections;

namespace MnistService.TrainingJobs;

/// <summary>Limits the number of open event streams of training jobs, in total and per client address.</summary>
internal sealed class JobWatchers : IDisposable
{
    internal const string MeterName = "MnistService.Training";

    private readonly TrainingOptions _options;
    private readonly ConcurrencyLimiter _all;
    private readonly PartitionedRateLimiter<IPAddress?> _perAddress;
    private readonly Counter<long> _refused;

    public JobWatchers(IOptions<TrainingOptions> options, IMeterFactory meters)
    {
        _options = options.Value;
        _all = new(LimitOf(_options.MaxWatchers));
        _perAddress = PartitionedRateLimiter.Create<IPAddress?, UInt128>(address =>
            RateLimitPartition.GetConcurrencyLimiter(ClientNetwork.PrefixOf(address), _ => LimitOf(_options.MaxWatchersPerAddress)));
        var meter = meters.Create(MeterName);
        _refused = meter.CreateCounter<long>("mnist.training.watchers.refused", "{stream}", "Requests for training event streams that were rejected.");
        meter.CreateObservableGauge("mnist.training.watchers", () => _options.MaxWatchers - _all.GetStatistics()!.CurrentAvailablePermits, "{stream}", "Open training event streams.");
    }

    /// <summary>Acquires a permit for one event stream.</summary>
    /// <returns>The permit, which the caller must dispose when the stream ends; <c>null</c> if a limit is reached.</returns>
    /// <param name="address">Client address; <c>null</c> for a Unix domain socket.</param>
    /// <param name="reason">Receives the error message for the client; empty if a permit is returned.</param>
    internal IDisposable? TryEnter(IPAddress? address, out string reason)
    {
        reason = "";
        var one = _all.AttemptAcquire();
        if (one.IsAcquired)
        {
            var own = _perAddress.AttemptAcquire(address);
            if (own.IsAcquired) return new Place(one, own);
            own.Dispose();
            reason = $"The client's address has {_options.MaxWatchersPerAddress} event streams open, which is the maximum " +
                $"({TrainingOptions.Section}:MaxWatchersPerAddress). Close one, or try again later.";
        }
        else
        {
            reason = $"The service has {_options.MaxWatchers} event streams open, which is the maximum ({TrainingOptions.Section}:MaxWatchers). " +
                "Try again later, or read GET /train/{id} instead.";
        }
        one.Dispose();
        _refused.Add(1);
        return null;
    }

    public void Dispose()
    {
        _all.Dispose();
        _perAddress.Dispose();
    }

    private static ConcurrencyLimiterOptions LimitOf(int permits) => new() { PermitLimit = permits, QueueLimit = 0 };

    private sealed class Place(RateLimitLease one, RateLimitLease own) : IDisposable
    {
        public void Dispose()
        {
            own.Dispose();
            one.Dispose();
        }
    }
}
