using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Http;

namespace MnistService.Uploads;

/// <summary>
/// How many uploads of a kind are accepted at the same time, because each holds memory, disk or a processor. When all slots are taken, the slowest upload that is below
/// <see cref="ConnectionOptions.MinUploadRate"/>, on average and at present, is ended for the next one; otherwise the next one is refused. Safe for all threads.
/// </summary>
/// <param name="count">Uploads at the same time.</param>
/// <param name="code">Of the problem that the next one gets.</param>
/// <param name="what">What they are, for people: "models are being imported".</param>
internal sealed class UploadSlots(int count, string code, string what) : IDisposable
{
    private static readonly TimeSpan AnUpload = TimeSpan.FromSeconds(10);

    /// <summary>Before an upload may be ended for another: a client starts slowly when its line does.</summary>
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(3);

    /// <summary>For an upload that is ended to give its slot back.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _free = new(count);
    private readonly Lock _gate = new();
    private readonly HashSet<Slot> _taken = [];

    /// <summary>Takes a slot until the returned object is disposed. A client that sends too slowly is cut off, so that it holds up no other.</summary>
    /// <param name="http">The request.</param>
    /// <param name="lease">Measures the pace of the body.</param>
    /// <exception cref="ProblemException">429: none is free.</exception>
    internal async ValueTask<IDisposable> TakeAsync(HttpContext http, MemoryLease lease)
    {
        UploadedFile.RequirePace(http);
        if (!_free.Wait(0) && !(TryEndSlowest(http) && await _free.WaitAsync(Ending)))
            throw Busy($"{count} {what}. Try again when one is done.");
        var slot = new Slot(this, lease, http.Features.Get<AdmittedConnection>());
        lock (_gate) _taken.Add(slot);
        return slot;
    }

    public void Dispose() => _free.Dispose();

    private ProblemException Busy(string detail) => new(429, code, "Too many uploads at once", detail) { RetryAfter = AnUpload };

    private ProblemException TooSlow() =>
        Busy($"{count} {what}, and this upload arrived slower than {ConnectionOptions.Section}:MinUploadRate while another one waited. Try again after the seconds of Retry-After.");

    /// <returns>False if all of them are fast enough, or new.</returns>
    private bool TryEndSlowest(HttpContext http)
    {
        var least = http.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value.MinUploadRate;
        List<Slot> slow;
        lock (_gate) slow = [.. _taken.Where(slot => slot.IsSlowerThan(least)).OrderBy(slot => slot.Rate)];
        return slow.Exists(slot => slot.TryEnd());
    }

    private sealed class Slot : IDisposable
    {
        private readonly UploadSlots _slots;
        private readonly MemoryLease _lease;
        private readonly AdmittedConnection? _connection;
        private readonly long _since = Environment.TickCount64;

        internal Slot(UploadSlots slots, MemoryLease lease, AdmittedConnection? connection)
        {
            (_slots, _lease, _connection) = (slots, lease, connection);
            connection?.Keep();
        }

        /// <summary>Bytes per second at present; null while the client is not waited for.</summary>
        internal long? Rate => _lease.Rate;

        internal bool IsSlowerThan(long rate)
        {
            var age = TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);
            return age >= LeastTime && Rate < rate && _lease.Total < rate * age.TotalSeconds;
        }

        internal bool TryEnd() => _lease.TryCut(_slots.TooSlow());

        public void Dispose()
        {
            lock (_slots._gate)
            {
                if (!_slots._taken.Remove(this)) return;
            }
            _connection?.Unkeep();
            _slots._free.Release();
        }
    }
}
