using MnistService.Hosting.Memory;

namespace MnistService.Hosting;

/// <summary>How many uploads of a kind are taken at once, because each holds memory, disk or a processor. More are told to come back.</summary>
/// <param name="count">At once.</param>
/// <param name="code">Of the problem that the next one gets.</param>
/// <param name="what">What they are, for people: "models are being imported".</param>
internal sealed class UploadSlots(int count, string code, string what) : IDisposable
{
    private static readonly TimeSpan AnUpload = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _free = new(count);

    /// <summary>Takes a slot until what is returned is disposed. A client that sends too slowly is cut off, so that it holds up no other.</summary>
    /// <exception cref="ProblemException">429: none is free.</exception>
    internal IDisposable Take(HttpContext http)
    {
        if (!_free.Wait(0)) throw new ProblemException(429, code, "Too many uploads at once", $"{count} {what}. Try again when one is done.") { RetryAfter = AnUpload };
        UploadedFile.RequirePace(http);
        var connection = http.Features.Get<AdmittedConnection>();
        connection?.Keep();
        return new Slot(_free, connection);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free, AdmittedConnection? connection) : IDisposable
    {
        public void Dispose()
        {
            connection?.Unkeep();
            free.Release();
        }
    }
}
