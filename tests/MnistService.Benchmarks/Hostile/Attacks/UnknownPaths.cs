using System.Text;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>
/// Pipelines requests for a long path that does not exist. The service logs each request to the console synchronously and escapes the path: three bytes per
/// byte of the path.
/// </summary>
internal sealed record UnknownPaths(int Connections) : Attack($"unknown-paths-{Connections}", Connections)
{
    private const int PathLength = 7_000, Pipelined = 1_000;

    private static readonly byte[] Requests = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Repeat($"GET /{new string('"', PathLength)} HTTP/1.1\r\nHost: localhost\r\n\r\n", Pipelined)));

    internal override Task RunAsync(AttackTarget target, CancellationToken ended) => target.OnEachConnectionAsync(Connections, async (connection, token) =>
    {
        var sent = connection.SendAsync(Requests, token); // blocks when the service stops reading
        await connection.ReadResponseAsync(token);
        await sent;
    }, ended);
}
