using System.Text;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>Requests the OpenAPI document, the largest response that requires no API key (500 kB).</summary>
internal sealed record ApiDocuments(int Connections) : Attack($"api-document-{Connections}", Connections)
{
    private static readonly byte[] Request =
        Encoding.ASCII.GetBytes("GET /swagger/v1/swagger.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    internal override Task RunAsync(AttackTarget target, CancellationToken ended) => target.OnEachConnectionAsync(Connections, async (connection, token) =>
    {
        await connection.SendAsync(Request, token);
        await connection.ReadResponseAsync(token);
    }, ended);
}
