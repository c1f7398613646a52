using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>Downloads of the served model in a format that is converted from the stored one. Without reading: each asks and takes nothing of the response.</summary>
internal sealed record ModelDownloads : Attack
{
    /// <summary>The service ends a connection that takes nothing; its client only sees that when it reads.</summary>
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
