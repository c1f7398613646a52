using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>
/// Watches the event stream of one running job. A pipelined watcher also sends 1 MiB of further requests on the same connection, or as much as the service
/// reads.
/// </summary>
internal sealed record EventWatchers : Attack
{
    private const int PipelinedBytes = 1 << 20;

    private readonly bool _pipelined;

    internal EventWatchers(int connections, bool pipelined)
        : base($"events-{(pipelined ? "pipelined" : "plain")}-{connections}", connections) => _pipelined = pipelined;

    internal override async Task RunAsync(AttackTarget target, CancellationToken ended)
    {
        var job = await StartJobAsync(target.Client, ended);
        var watch = Encoding.ASCII.GetBytes($"GET /train/{job}/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var behind = string.Concat(Enumerable.Repeat("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", PipelinedBytes / 48));
        byte[] request = _pipelined ? [.. watch, .. Encoding.ASCII.GetBytes(behind)] : watch;
        await target.OnEachConnectionAsync(Connections, async (connection, token) =>
        {
            var sent = connection.SendAsync(request, token); // blocks when the service stops reading
            await connection.ReadResponseAsync(token);
            await sent;
        }, ended);
    }

    /// <summary>Returns the id of the running job. If no job runs, starts one that outlasts the attack and waits until it runs.</summary>
    private static async Task<string> StartJobAsync(HttpClient client, CancellationToken ended)
    {
        var running = await client.GetFromJsonAsync<JsonNode>("/train?state=running", ended);
        if (running!["jobs"]!.AsArray() is [{ } first, ..]) return (string)first["id"]!;
        using var started = await client.PostAsJsonAsync("/train", new { network = "mlp", epochs = 500, promote = "never" }, ended);
        started.EnsureSuccessStatusCode();
        var job = (string)JsonNode.Parse(await started.Content.ReadAsStringAsync(ended))!["id"]!;
        while ((await client.GetFromJsonAsync<JsonNode>($"/train/{job}", ended))!["state"]!.GetValue<string>() == "queued") await Task.Delay(200, ended);
        return job;
    }
}
