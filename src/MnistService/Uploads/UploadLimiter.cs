using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Http;

namespace MnistService.Uploads;

/// <summary>
/// Limits the number of concurrent uploads of one kind, because each upload uses memory, disk space or a processor. If the limit is reached, a new upload can
/// end an upload whose average and current rates are both below <see cref="ConnectionOptions.MinUploadRate"/>; the upload with the lowest current rate is
/// ended. If no upload is that slow, the new upload is rejected. Thread-safe.
/// </summary>
/// <param name="count">Maximum number of concurrent uploads.</param>
/// <param name="busy">Error of a rejected upload, from <see cref="UploadProblems.Busy"/>.</param>
internal sealed class UploadLimiter(int count, ProblemType busy) : IDisposable
{
    private static readonly TimeSpan AnUpload = TimeSpan.FromSeconds(10);

    /// <summary>Minimum age of an upload before it may be ended in favor of another upload, because a connection may be slow at first.</summary>
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Maximum time that a new upload waits for the slot of the upload that it ended. If the slot is not free by then, the new upload is rejected.
    /// </summary>
    private static readonly TimeSpan Ending = TimeSpan.FromMilliseconds(500);

    // An upload waits in the limiter's queue only after it has ended another upload, so the queue needs no more entries than there are slots.
    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = count, QueueLimit = count, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
    private readonly Lock _gate = new();
    private readonly HashSet<Slot> _taken = [];

    /// <summary>
    /// Takes one upload slot. Disposing the returned object frees the slot. Also sets the minimum data rate of the request body, so that a slow client
    /// does not block other clients.
    /// </summary>
    /// <param name="lease">Memory lease of the request, which measures the rate of the body.</param>
    /// <exception cref="ProblemException">
    /// 429: all slots are taken. Either no upload is slow enough to be ended, or an ended upload did not free its slot within 0.5 seconds.
    /// </exception>
    internal async ValueTask<IDisposable> TakeAsync(HttpContext http, MemoryLease lease)
    {
        UploadedFile.RequirePace(http);
        var permit = await AcquireAsync(http);
        if (!permit.IsAcquired) throw Busy("");
        var slot = new Slot(this, permit, lease, http.Features.Get<AdmittedConnection>());
        lock (_gate) _taken.Add(slot);
        return slot;
    }

    public void Dispose() => _limiter.Dispose();

    /// <returns>The permit of a slot; its <c>IsAcquired</c> is false if no slot is free.</returns>
    private async ValueTask<RateLimitLease> AcquireAsync(HttpContext http)
    {
        var permit = _limiter.AttemptAcquire();
        if (permit.IsAcquired || !TryEndSlowest(http)) return permit;
        using var timeout = new CancellationTokenSource(Ending);
        try
        {
            return await _limiter.AcquireAsync(cancellationToken: timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return permit;
        }
    }

    private ProblemException Busy(string rest) => new(busy, busy.Detail(count, rest)) { RetryAfter = AnUpload };

    private ProblemException TooSlow() =>
        Busy($" This upload was ended because it arrived more slowly than {ConnectionOptions.Section}:MinUploadRate while another upload waited.");

    /// <summary>Ends the slowest of the uploads below <see cref="ConnectionOptions.MinUploadRate"/>.</summary>
    /// <returns>False if no upload was ended: each upload is fast enough, younger than 3 seconds, or cannot be ended.</returns>
    private bool TryEndSlowest(HttpContext http)
    {
        var least = http.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value.MinUploadRate;
        List<Slot> slow;
        lock (_gate) slow = [.. _taken.Where(slot => slot.IsSlowerThan(least)).OrderBy(slot => slot.Rate)];
        return slow.Exists(slot => slot.TryEnd());
    }

    private sealed class Slot : IDisposable
    {
        private readonly UploadLimiter _slots;
        private readonly RateLimitLease _permit;
        private readonly MemoryLease _lease;
        private readonly AdmittedConnection? _connection;
        private readonly long _since = Environment.TickCount64;

        internal Slot(UploadLimiter slots, RateLimitLease permit, MemoryLease lease, AdmittedConnection? connection)
        {
            (_slots, _permit, _lease, _connection) = (slots, permit, lease, connection);
            connection?.Keep();
        }

        /// <summary>Current rate of the upload in bytes per second; null if it is unknown (see <see cref="MemoryLease.Rate"/>).</summary>
        internal long? Rate => _lease.Rate;

        internal bool IsSlowerThan(long rate)
        {
            var age = TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);
            return age >= LeastTime && Rate < rate && _lease.Total < rate * age.TotalSeconds;
        }

        internal bool TryEnd() => _lease.TryRevoke(_slots.TooSlow());

        public void Dispose()
        {
            lock (_slots._gate)
            {
                if (!_slots._taken.Remove(this)) return;
            }
            _connection?.Unkeep();
            _permit.Dispose();
        }
    }
}
