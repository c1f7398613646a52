using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>
/// Downloads the served model in a format that the service converts from the stored one. In the unread variant, the client does not read the response for 20 s.
/// </summary>
internal sealed record ModelDownloads : Attack
{
    /// <summary>Delay before the client reads. The service closes a connection that reads nothing; the client detects this only when it reads.</summary>
    private static readonly TimeSpan Unread = TimeSpan.FromSeconds(20);

    private readonly string _file;
    private readonly bool _reads;

    internal ModelDownloads(string file, int connections, bool reads)
        : base($"downloads-{file}-{(reads ? "read" : "unread")}-{connections}", connections) => (_file, _reads) = (file, reads);

    internal override async Task RunAsync(AttackTarget target, CancellationToken ended)
    {
        var model = (string)(await target.Client.GetFromJsonAsync<JsonNode>("/models/current", ended))!["id"]!;
        var request = Encoding.ASCII.GetBytes($"GET /models/{model}/{_file} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await target.OnEachConnectionAsync(Connections, async (connection, token) =>
        {
            if (!_reads) connection.LimitReceiveBuffer();
            do
            {
                await connection.SendAsync(request, token);
                if (!_reads) await Task.Delay(Unread, token);
            } while (await connection.ReadResponseAsync(token) == 200);
        }, ended);
    }
}
