using System.Text.Json;
using MnistService.Connections.Memory;
using MnistService.Http;

namespace MnistService.Connections;

/// <summary>
/// A 429 response. The body for each problem type is serialized only once, because under overload most responses are 429. Only <c>Retry-After</c> varies.
/// </summary>
/// <param name="problem">The problem details as UTF-8 JSON.</param>
/// <param name="retryAfter">Time after which the client should try again; sent as <c>Retry-After</c>.</param>
internal sealed class Busy(byte[] problem, TimeSpan retryAfter) : IResult
{
    private static readonly byte[]
        InferenceProblem = Serialize(BusyProblems.InferenceQueueFull), DecodingProblem = Serialize(BusyProblems.DecodingTooSlow),
        MemoryProblem = Serialize(MemoryProblems.TooMany), RevokedProblem = Serialize(MemoryProblems.Revoked);

    /// <summary>Returns the response for a full inference queue.</summary>
    internal static Busy Inference(TimeSpan retryAfter) => new(InferenceProblem, retryAfter);

    /// <summary>Returns the response for an estimated decoding wait that exceeds <c>MnistService:Predict:MaxDecodeWait</c>.</summary>
    internal static Busy Decoding(TimeSpan retryAfter) => new(DecodingProblem, retryAfter);

    /// <summary>Returns the response for an exhausted memory budget of request bodies.</summary>
    /// <param name="isRevoked">True if the body of this request arrived slowly and reading was aborted because other requests needed its memory.</param>
    internal static Busy Memory(bool isRevoked) => new(isRevoked ? RevokedProblem : MemoryProblem, MemoryProblems.Retry);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.ContentType = "application/problem+json";
        response.ContentLength = problem.Length;
        response.Headers.RetryAfter = RetryAfter.Seconds(retryAfter);
        return response.Body.WriteAsync(problem, httpContext.RequestAborted).AsTask();
    }

    private static byte[] Serialize(ProblemType type) => JsonSerializer.SerializeToUtf8Bytes(type.Result().ProblemDetails, JsonSerializerOptions.Web);
}

/// <summary>
/// Problem types of a service that has reached its capacity. They are separate from <see cref="Busy"/>, so that the route declarations can read them at startup
/// without serializing the response bodies.
/// </summary>
internal static class BusyProblems
{
    internal static readonly ProblemType
        InferenceQueueFull = new(429, "queue_full", "The service is busy",
            "The inference queue is full (MnistService:Inference:QueueCapacity). Try again after the number of seconds in Retry-After."),
        DecodingTooSlow = new(429, "queue_full", "The service is busy",
            "The expected wait for decoding exceeds MnistService:Predict:MaxDecodeWait. Try again after the number of seconds in Retry-After.");
}
