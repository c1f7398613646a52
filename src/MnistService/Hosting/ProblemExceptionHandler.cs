using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using MnistService.Connections;
using MnistService.Database;
using MnistService.Http;
using MnistService.Inference;
using MnistService.Model.Weights;
using MnistService.Security;
using MnistService.Storage;

namespace MnistService.Hosting;

/// <summary>Converts every unhandled exception of a request to RFC 9457 problem details with a stable <c>code</c>.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    private const string TooSlow = $"The body stopped arriving, or it arrived more slowly than {ConnectionOptions.Section}:MinBodyRate, or MinUploadRate for files, requires.";

    // Retry-After of 503: a model loads within one second, a restart takes a few seconds.
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(5);

    /// <summary>The response if creating the problem details fails, too. Needs no services and no serializer.</summary>
    private static ReadOnlySpan<byte> LastResort =>
        """{"type":"https://tools.ietf.org/html/rfc9110#section-15.6.1","title":"Internal server error","status":500,"detail":"The service's log has the reason.","code":"internal_error"}"""u8;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        try
        {
            return await DescribeAsync(httpContext, exception);
        }
        catch (Exception e) when (!httpContext.RequestAborted.IsCancellationRequested)
        {
            Log.NotDescribed(log, e, httpContext.Request.Method, httpContext.Request.Path, exception.GetType().Name);
            var response = httpContext.Response;
            if (response.HasStarted) return false; // Kestrel closes the connection
            response.Clear();
            response.StatusCode = StatusCodes.Status500InternalServerError;
            response.ContentType = "application/problem+json";
            response.ContentLength = LastResort.Length;
            SecurityHeaders.SetForData(response);
            await response.Body.WriteAsync(LastResort.ToArray(), cancellationToken);
            return true;
        }
    }

    private async ValueTask<bool> DescribeAsync(HttpContext httpContext, Exception exception)
    {
        if (httpContext.RequestAborted.IsCancellationRequested || exception is OperationCanceledException or ConnectionResetException)
        {
            // Kestrel may not have noticed the reset yet: it would try to read on, and log that as an error.
            if (exception is ConnectionResetException) httpContext.Abort();
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // only for the request log: the client has disconnected
            return true;
        }
        var problem = exception switch
        {
            ProblemException e => Problems.Create(e.Status, e.Code, e.Title, e.Message),
            StorageFullException e => Problems.Create(507, StorageFullException.Code, "The store is full", e.Message),
            ServiceUnavailableException e => Problems.Create(503, "not_ready", "The service is not ready", e.Message),
            DeadlinePassedException => Problems.Create(504, "deadline_passed", "The request exceeded its deadline in the queue",
                "The request waited longer than MnistService:Inference:Deadline and was not computed."),
            InferenceFailedException => Problems.Create(500, "inference_failed", "The inference failed", "The batch could not be computed; the service's log has the reason."),
            ModelFormatException e => Problems.Create(500, "model_damaged", "The model's files are damaged", e.Message),
            _ when DatabaseFailure.IsOfStorage(exception) => Problems.Create(507, "storage_failed", "The database could not be written to",
                "The disk that the database is on is full or cannot be written to. Nothing was stored."),
            BadHttpRequestException { InnerException: JsonException json } => Problems.Create(400, "json_invalid", "The JSON body cannot be read",
                $"At {(json.Path is { Length: > 0 } path ? path : "$")}, line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}: an unknown field, a value of the wrong type, or invalid JSON."),
            BadHttpRequestException { StatusCode: 408 } => Problems.Create(408, CodeOf(408), "The body arrived too slowly", TooSlow),
            BadHttpRequestException e => Problems.Create(e.StatusCode, CodeOf(e.StatusCode), ReasonPhrases.GetReasonPhrase(e.StatusCode), e.Message),
            _ => null,
        };
        if (problem is null)
        {
            Log.Unexpected(log, exception, httpContext.Request.Method, httpContext.Request.Path);
            problem = Problems.Create(500, "internal_error", "Internal server error", $"The service's log has the reason under request {httpContext.TraceIdentifier}.");
        }
        else if (problem.StatusCode is 500 or 507)
        {
            Log.Failed(log, exception, httpContext.Request.Method, httpContext.Request.Path, exception.Message);
        }
        var retryAfter = exception is ServiceUnavailableException ? Restart : (exception as ProblemException)?.RetryAfter;
        // Must be set here, because the exception handler middleware clears earlier headers.
        if (retryAfter is { } wait) httpContext.Response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        SecurityHeaders.SetForData(httpContext.Response);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Writes problem details for error responses without a body, such as 404, 405 and 415 from routing.</summary>
    internal static Task AnswerAsync(StatusCodeContext context)
    {
        var response = context.HttpContext.Response;
        var status = response.StatusCode;
        if (status == 405) AddHead(response.Headers);
        var detail = status switch
        {
            404 => "There is no endpoint at this address; /swagger lists all endpoints.",
            405 => $"This address supports the methods {response.Headers.Allow}.",
            408 => TooSlow,
            413 => $"The body has more than {context.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes.",
            415 => "The Content-Type is not supported by this endpoint; /swagger lists the supported types.",
            _ => ReasonPhrases.GetReasonPhrase(status) + ".",
        };
        return Problems.Create(status, CodeOf(status), ReasonPhrases.GetReasonPhrase(status), detail).ExecuteAsync(context.HttpContext);
    }

    /// <summary>Adds HEAD to the Allow header if it contains GET, because HEAD needs no separate route (<see cref="HeadRequests"/>).</summary>
    private static void AddHead(IHeaderDictionary headers)
    {
        if (headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries) is var methods && methods.Contains(HttpMethods.Get))
            headers.Allow = string.Join(", ", methods.Append(HttpMethods.Head).Distinct());
    }

    private static string CodeOf(int status) => status switch
    {
        400 => "request_invalid",
        404 => "not_found",
        405 => "method_not_allowed",
        408 => "request_timeout",
        413 => "body_too_large",
        415 => "content_type_not_supported",
        431 => "headers_too_large",
        _ => $"http_{status}",
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Request failed: {Method} {Path}")]
        public static partial void Unexpected(ILogger log, Exception exception, string method, string path);

        [LoggerMessage(LogLevel.Error, "Request failed: {Method} {Path}. The problem details of the error {Error} could not be created")]
        public static partial void NotDescribed(ILogger log, Exception exception, string method, string path, string error);

        [LoggerMessage(LogLevel.Error, "Request failed: {Method} {Path}: {Reason}")]
        public static partial void Failed(ILogger log, Exception exception, string method, string path, string reason);
    }
}
