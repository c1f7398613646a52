namespace MnistService.Http;

/// <summary>Thrown deep inside a request; answered as the problem that it describes.</summary>
internal sealed class ProblemException(int status, string code, string title, string detail) : Exception(detail)
{
    internal int Status { get; } = status;

    internal string Code { get; } = code;

    internal string Title { get; } = title;

    /// <summary>When to come again, if that is known.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
