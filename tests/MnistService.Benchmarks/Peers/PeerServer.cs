using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MnistService.Benchmarks.Peers;

/// <summary>A minimal API with the single endpoint <c>POST /predict</c>. The service is compared with it.</summary>
internal static class PeerServer
{
    private const int LargestFile = 1 << 20;

    /// <summary>Serves on a free port of 127.0.0.1 until the process is stopped. Prints the address in the format of the service's ready line.</summary>
    /// <param name="answer">
    /// Converts the request body into a response; <c>null</c> results in status 400. Several threads call it concurrently.
    /// </param>
    internal static async Task<int> RunAsync(Func<ReadOnlySequence<byte>, PeerAnswer?> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/predict", async context =>
        {
            var body = context.Request.BodyReader;
            var read = await body.ReadAtLeastAsync((int)Math.Min(context.Request.ContentLength ?? LargestFile, LargestFile), context.RequestAborted);
            var found = answer(read.Buffer);
            body.AdvanceTo(read.Buffer.End);
            if (found is null) context.Response.StatusCode = StatusCodes.Status400BadRequest;
            else await context.Response.WriteAsJsonAsync(found, PeerJson.Default.PeerAnswer, cancellationToken: context.RequestAborted);
        });
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Ready at {app.Urls.Single()}"));
        await app.RunAsync();
        return 0;
    }
}
