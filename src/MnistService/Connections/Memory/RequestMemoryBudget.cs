using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace MnistService.Connections.Memory;

/// <summary>
/// Memory budget of all request bodies. A quarter is reserved for bodies of at most <see cref="SmallBytes"/> bytes, so that large bodies cannot crowd out small
/// bodies. When one of the two parts of the budget is exhausted, the slowest bodies in that part are aborted with 429. A body is slow if its current rate is
/// below <see cref="ConnectionOptions.MinUploadRate"/>, regardless of <see cref="ConnectionOptions.Grace"/>. The request that needs memory waits up to 100 ms
/// for the memory of these bodies. It is refused with 429 if the memory is still not free, if no body can be aborted, or if too many requests already wait. A
/// body that is decoded directly from Kestrel's buffer is counted only if a copy is kept to decode the image a second time.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RequestMemoryBudget
{
    internal const string MeterName = "MnistService.Hosting";

    /// <summary>Size in bytes up to which a body uses the reserved part of the budget; larger bodies use the rest.</summary>
    internal const int SmallBytes = 64 << 10;

    private const int MaxWaiting = 64, Tries = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly HashSet<MemoryLease> _leases = [];
    private readonly TimeProvider _time;
    private readonly int _minRate;
    private readonly Part _small, _large;
    private readonly Counter<long> _refused, _revoked;

    public RequestMemoryBudget(MemoryPlan plan, IOptions<ConnectionOptions> connections, IMeterFactory meters, TimeProvider time)
    {
        (_time, _minRate) = (time, connections.Value.MinUploadRate);
        _small = new(plan.BodyBytes / 4);
        _large = new(plan.BodyBytes - _small.Max);
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("mnist.requests.memory", () => new Measurement<long>[]
        {
            new(Volatile.Read(ref _small.Taken), new KeyValuePair<string, object?>("bodies", "small")),
            new(Volatile.Read(ref _large.Taken), new KeyValuePair<string, object?>("bodies", "large")),
        }, "By", "Memory of request bodies.");
        _refused = meter.CreateCounter<long>("mnist.requests.memory.refused", "{request}", "Requests that were rejected because the memory budget of request bodies was exhausted.");
        _revoked = meter.CreateCounter<long>("mnist.requests.memory.cut", "{request}", "Slow requests that were aborted because other requests needed their memory.");
    }

    /// <summary>
    /// Maximum total size in bytes of the files of one multipart form that stay in memory, so that they can be decoded a second time. The size is a sixteenth
    /// of the budget for large bodies, at most 8 MB.
    /// </summary>
    internal int MaxKept => (int)Math.Min(8 << 20, _large.Max / 16);

    /// <summary>Memory in bytes that all leases together hold.</summary>
    internal long Taken => Volatile.Read(ref _small.Taken) + Volatile.Read(ref _large.Taken);

    /// <summary>Returns a lease of 0 bytes.</summary>
    /// <param name="request">
    /// The request whose body is read; null if the memory is not for the body of a request. Only a lease with a request can be revoked.
    /// </param>
    internal MemoryLease Begin(HttpRequest? request = null) => new(this, request, _time);

    /// <summary>
    /// Grows a lease to <paramref name="bytes"/> in total. May revoke the leases of slow bodies of other requests, and wait for their memory.
    /// </summary>
    /// <returns>False if the request memory budget is exhausted.</returns>
    internal async ValueTask<bool> TryGrowAsync(MemoryLease lease, long bytes)
    {
        var part = PartOf(bytes);
        for (var tries = 0; ; tries++)
        {
            List<MemoryLease> slow;
            lock (_gate)
            {
                if (tries > 0) part.Waiting--;
                if (Fits(lease, bytes, part))
                {
                    ResizeUnderGate(lease, bytes);
                    return true;
                }
                slow = FindSlow(part, bytes, lease);
                if (tries == Tries || part.Waiting == MaxWaiting || part.Revoking == 0)
                {
                    _refused.Add(1);
                    return false;
                }
                part.Waiting++;
            }
            _revoked.Add(slow.Count(one => one.TryRevoke(MemoryProblems.RevokedException())));
            await Task.Delay(Pause, _time);
        }
    }

    /// <summary>Grows a lease to <paramref name="bytes"/> in total for optional work. Does not wait, and does not revoke other leases.</summary>
    /// <returns>False if the budget has too little free memory.</returns>
    internal bool TryGrowNow(MemoryLease lease, long bytes)
    {
        lock (_gate)
        {
            if (!Fits(lease, bytes, PartOf(bytes))) return false;
            ResizeUnderGate(lease, bytes);
            return true;
        }
    }

    internal void Shrink(MemoryLease lease, long bytes)
    {
        lock (_gate)
        {
            if (bytes < lease.Bytes) ResizeUnderGate(lease, bytes);
        }
    }

    /// <summary>
    /// Selects the leases of the slowest bodies in one part of the budget; the caller revokes these leases. If there are enough slow bodies, the selected
    /// leases and the revoked leases that still hold memory together hold at least <paramref name="bytes"/> bytes and at least an eighth of the part. Searches
    /// at most once per <see cref="Pause"/> (20 ms); returns an empty list in between.
    /// </summary>
    private List<MemoryLease> FindSlow(Part part, long bytes, MemoryLease asking)
    {
        if (part.Scanned != 0 && _time.GetElapsedTime(part.Scanned) < Pause) return [];
        var slow = new List<(MemoryLease Lease, long Rate)>();
        part.Scanned = _time.GetTimestamp();
        part.Revoking = 0;
        foreach (var lease in _leases)
        {
            if (lease == asking || PartOf(lease.Bytes) != part) continue;
            if (lease.IsRevoked) part.Revoking += lease.Bytes;
            else if (lease.Rate is { } rate && rate < _minRate) slow.Add((lease, rate));
        }
        // Frees at least an eighth of the part if possible, because the next requests will need memory, too.
        var wanted = Math.Max(bytes, part.Max / 8);
        slow.Sort((a, b) => a.Rate.CompareTo(b.Rate));
        var revoked = new List<MemoryLease>();
        foreach (var (lease, _) in slow)
        {
            if (part.Revoking >= wanted) break;
            part.Revoking += lease.Bytes;
            revoked.Add(lease);
        }
        return revoked;
    }

    private Part PartOf(long bytes) => bytes <= SmallBytes ? _small : _large;

    private bool Fits(MemoryLease lease, long bytes, Part part) =>
        part.Taken + bytes - (PartOf(lease.Bytes) == part ? lease.Bytes : 0) <= part.Max;

    private void ResizeUnderGate(MemoryLease lease, long bytes)
    {
        PartOf(lease.Bytes).Taken -= lease.Bytes;
        lease.Bytes = bytes;
        PartOf(bytes).Taken += bytes;
        if (bytes > 0) _leases.Add(lease);
        else _leases.Remove(lease);
    }

    private sealed class Part(long max)
    {
        internal readonly long Max = max;
        internal long Taken, Revoking, Scanned;
        internal int Waiting;
    }
}
