using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MnistService.Benchmarks.Peers;

/// <summary>A minimal API with one endpoint, <c>POST /predict</c>, and nothing around it: what the service is compared with.</summary>
internal static class PeerServer
{
    private const int LargestFile = 1 << 20;

    /// <summary>Serves on a free port of 127.0.0.1 until the process is stopped, and says where in the service's words.</summary>
    /// <param name="answer">From the body to the answer; null: it is no such picture. Called by several threads at once.</param>
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
