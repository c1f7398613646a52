using MnistService.Http;

namespace MnistService.Connections.Memory;

/// <summary>Problem responses of the <see cref="RequestMemoryBudget"/>.</summary>
internal static class MemoryProblems
{
    internal const string Code = "bodies_too_large";

    internal const string TooManyDetail =
        $"The request bodies in memory have reached {RequestMemoryOptions.Section}:MaxBytesInFlight. Try again after the number of seconds in Retry-After.";

    internal const string CutDetail =
        $"The request bodies in memory have reached {RequestMemoryOptions.Section}:MaxBytesInFlight, and this body arrived more slowly than {ConnectionOptions.Section}:MinUploadRate. Try again after the number of seconds in Retry-After.";

    internal static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    internal static ProblemException TooMany() => new(429, Code, "The service is busy", TooManyDetail) { RetryAfter = Retry };

    internal static ProblemException Cut() => new(429, Code, "The service is busy", CutDetail) { RetryAfter = Retry };
}
