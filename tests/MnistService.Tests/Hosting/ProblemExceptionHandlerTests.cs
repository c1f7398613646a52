using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using MnistService.Hosting;

namespace MnistService.Tests.Hosting;

/// <summary>The error handler answers also when describing the error fails.</summary>
public sealed class ProblemExceptionHandlerTests
{
    [Theory]
    [InlineData("no services")]
    [InlineData("a message that throws")]
    public async Task An_error_within_the_handler_is_answered_with_a_plain_problem(string fault)
    {
        var http = new DefaultHttpContext(); // without services no result can be executed
        using var body = new MemoryStream();
        http.Response.Body = body;
        http.Response.Headers.ContentLength = 3; // of an answer that was begun
        Exception error = fault == "no services" ? new InvalidOperationException("A defect.") : new BrokenException();

        Assert.True(await new ProblemExceptionHandler(NullLogger<ProblemExceptionHandler>.Instance).TryHandleAsync(http, error, TestHttp.Cancellation));

        var problem = JsonNode.Parse(body.ToArray())!;
        Assert.Equal((500, "application/problem+json", body.Length), (http.Response.StatusCode, http.Response.ContentType, http.Response.ContentLength));
        Assert.Equal((500, "internal_error"), ((int)problem["status"]!, (string?)problem["code"]));
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.Equal("nosniff", http.Response.Headers.XContentTypeOptions);
    }

    private sealed class BrokenException : BadHttpRequestException
    {
        internal BrokenException() : base("", 400) { }

        public override string Message => throw new NotSupportedException("The message cannot be formatted.");
    }
}
