using MnistService.Http;

namespace MnistService.Downloads;

/// <summary>Problem type of the error response if too many downloads are in progress.</summary>
internal static class DownloadProblems
{
    internal static readonly ProblemType Busy = new(429, "downloads_busy", "Too many downloads at once",
        $"{{0}} downloads are in progress, which is the maximum ({DownloadOptions.Section}:MaxConcurrent). Try again after the number of seconds in Retry-After.", 64);

    internal static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    internal static ProblemException BusyException(int most) => new(Busy, Busy.Detail(most)) { RetryAfter = Retry };
}
