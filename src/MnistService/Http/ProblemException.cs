namespace MnistService.Http;

/// <summary>An error that a request handler throws; it is sent as RFC 9457 problem details with these values.</summary>
internal sealed class ProblemException(int status, string code, string title, string detail) : Exception(detail)
{
    internal int Status { get; } = status;

    internal string Code { get; } = code;

    internal string Title { get; } = title;

    /// <summary>Time after which the client should retry, if known; sent as <c>Retry-After</c>.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
