using System.Text.Json;
using MnistService.Connections.Memory;

namespace MnistService.Http;

/// <summary>
/// 429: told at once, and as cheaply as can be, because under overload most answers are this one. What it says was written down beforehand; only
/// <c>Retry-After</c> is of the moment.
/// </summary>
/// <param name="problem">The JSON of the problem.</param>
/// <param name="retryAfter">When there will be room.</param>
internal sealed class Busy(byte[] problem, TimeSpan retryAfter) : IResult
{
    private const string Title = "The service is busy";

    private static readonly byte[] InferenceProblem = Serialize(
        "The queue of pictures is full (MnistService:Inference:QueueCapacity). Try again after the seconds of Retry-After.");

    private static readonly byte[] DecodingProblem = Serialize(
        "What waits to be decoded will take longer than MnistService:Predict:MaxDecodeWait. Try again after the seconds of Retry-After.");

    private static readonly byte[] MemoryProblem = Serialize(MemoryProblems.TooManyDetail, MemoryProblems.Code), CutProblem = Serialize(MemoryProblems.CutDetail, MemoryProblems.Code);

    /// <summary>The inference queue is full.</summary>
    internal static Busy Inference(TimeSpan retryAfter) => new(InferenceProblem, retryAfter);

    /// <summary>Too much waits to be decoded.</summary>
    internal static Busy Decoding(TimeSpan retryAfter) => new(DecodingProblem, retryAfter);

    /// <summary>The memory of bodies is exhausted.</summary>
    /// <param name="isCut">This body was slow, and others needed its memory.</param>
    internal static Busy Memory(bool isCut) => new(isCut ? CutProblem : MemoryProblem, MemoryProblems.Retry);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.ContentType = "application/problem+json";
        response.ContentLength = problem.Length;
        response.Headers.RetryAfter = RetryAfter.Seconds(retryAfter);
        return response.Body.WriteAsync(problem, httpContext.RequestAborted).AsTask();
    }

    private static byte[] Serialize(string detail, string code = "queue_full") =>
        JsonSerializer.SerializeToUtf8Bytes(Problems.Create(StatusCodes.Status429TooManyRequests, code, Title, detail).ProblemDetails, JsonSerializerOptions.Web);
}
