using MnistService.Http;

namespace MnistService.Connections.Memory;

/// <summary>Problem types of requests that are rejected or aborted because the <see cref="RequestMemoryBudget"/> is exhausted.</summary>
internal static class MemoryProblems
{
    internal static readonly ProblemType
        TooMany = new(429, "bodies_too_large", "The service is busy",
            $"The memory for request bodies of this size is exhausted ({RequestMemoryOptions.Section}:MaxBytesInFlight). Try again after the number of seconds in Retry-After."),
        Revoked = new(429, "bodies_too_large", "The service is busy",
            $"The memory for request bodies of this size is exhausted ({RequestMemoryOptions.Section}:MaxBytesInFlight), and this body arrived more slowly than {ConnectionOptions.Section}:MinUploadRate. Try again after the number of seconds in Retry-After.");

    internal static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    internal static ProblemException TooManyException() => new(TooMany, TooMany.Detail()) { RetryAfter = Retry };

    internal static ProblemException RevokedException() => new(Revoked, Revoked.Detail()) { RetryAfter = Retry };
}
