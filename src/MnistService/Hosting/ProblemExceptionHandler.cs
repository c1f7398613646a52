using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Database;
using MnistService.Http;
using MnistService.Inference;
using MnistService.Model.Weights;
using MnistService.ModelRegistry;
using MnistService.Security;
using MnistService.Storage;

namespace MnistService.Hosting;

/// <summary>
/// Converts the unhandled exceptions of requests to RFC 9457 problem details with a stable <c>code</c>. A client that has disconnected gets no response.
/// </summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    // Retry-After of 503 responses: a model loads within one second, and a restart takes a few seconds.
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(5);

    /// <summary>Response body for an error whose problem details cannot be created. A constant, so that no service and no serializer is needed.</summary>
    private static ReadOnlySpan<byte> LastResort =>
        """{"type":"https://tools.ietf.org/html/rfc9110#section-15.6.1","title":"Internal server error","status":500,"detail":"The service failed unexpectedly. Its log contains the reason.","code":"internal_error"}"""u8;

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
            // Kestrel may not have noticed the reset of the connection yet. Without the abort, Kestrel would continue to read and log an error.
            if (exception is ConnectionResetException) httpContext.Abort();
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // only for the request log: the client has disconnected
            return true;
        }
        var problem = exception switch
        {
            ProblemException e => e.Type.ResultOf(e.Message),
            StorageFullException e => StorageProblems.Full.ResultOf(e.Message),
            ServiceUnavailableException e => InferenceProblems.NotReady.Result(e.Message),
            DeadlinePassedException e => InferenceProblems.DeadlinePassed.Result(e.Waited.TotalMilliseconds, e.Deadline.TotalMilliseconds),
            InferenceFailedException => InferenceProblems.Failed.Result(),
            ModelFormatException e => ModelProblems.Damaged.Result(e.Message),
            _ when DatabaseFailure.IsOfStorage(exception) => DatabaseProblems.StorageFailed.Result(),
            BadHttpRequestException { InnerException: JsonFieldException e } => RequestProblems.JsonInvalid.Result(
                e.Field is null ? "$" : $"$.{e.Field}", e.LineNumber + 1, e.BytePositionInLine + 1, e.Message),
            BadHttpRequestException { InnerException: JsonException e } => RequestProblems.JsonInvalid.Result(
                e.Path is { Length: > 0 } path ? path : "$", e.LineNumber + 1, e.BytePositionInLine + 1, "the value has the wrong type, or the JSON is invalid; /swagger describes the body."),
            BadHttpRequestException e => OfStatus(httpContext, e.StatusCode, e.Message),
            _ => null,
        };
        if (problem is null)
        {
            Log.Unexpected(log, exception, httpContext.Request.Method, httpContext.Request.Path);
            problem = RequestProblems.Internal.Result(httpContext.TraceIdentifier);
        }
        else if (problem.StatusCode is 500 or 507)
        {
            Log.Failed(log, exception, httpContext.Request.Method, httpContext.Request.Path, exception.Message);
        }
        var retryAfter = exception is ServiceUnavailableException ? Restart : (exception as ProblemException)?.RetryAfter;
        // Headers must be set here, because the exception handler middleware clears headers that were set earlier.
        if (retryAfter is { } wait) httpContext.Response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        SecurityHeaders.SetForData(httpContext.Response);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Writes problem details for error responses that have no body, such as the 404, 405 and 415 responses of routing.</summary>
    internal static Task AnswerAsync(StatusCodeContext context)
    {
        var response = context.HttpContext.Response;
        var status = response.StatusCode;
        if (status == 405) AddHead(response.Headers);
        var detail = status == 400 ? "The request is invalid; /swagger describes the parameters, headers and bodies that this endpoint expects." : null;
        return OfStatus(context.HttpContext, status, detail).ExecuteAsync(context.HttpContext);
    }

    /// <param name="detail">
    /// Complete detail text, used only for 400 and for statuses without a problem type of their own. If it is <c>null</c>, the detail is the title of the
    /// problem type.
    /// </param>
    private static ProblemHttpResult OfStatus(HttpContext http, int status, string? detail)
    {
        var type = RequestProblems.OfStatus(status);
        return status switch
        {
            404 or 408 => type.Result(),
            405 => type.Result(RequestText.Shown(http.Request.Method), http.Response.Headers.Allow.ToString()),
            413 => type.Result(http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize),
            415 => type.Result(RequestText.Shown(http.Request.ContentType ?? "")),
            431 => type.Result(Limits(http).MaxHeaderBytes, Limits(http).MaxHeaders),
            _ => type.Result(detail ?? type.Title + "."),
        };
    }

    private static ConnectionOptions Limits(HttpContext http) => http.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value;

    /// <summary>Adds HEAD to the Allow header if it contains GET, because HEAD needs no separate route (<see cref="HeadRequests"/>).</summary>
    private static void AddHead(IHeaderDictionary headers)
    {
        if (headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries) is var methods && methods.Contains(HttpMethods.Get))
            headers.Allow = string.Join(", ", methods.Append(HttpMethods.Head).Distinct());
    }

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
