using System.Net.Http.Json;
using MnistService.Benchmarks.Peers;

namespace MnistService.Benchmarks.Load;

/// <summary>The service and its peers, each in its own process. A server is idle while another is measured.</summary>
internal sealed class LoadServers : IAsyncDisposable
{
    internal const string Service = "service", Echo = "echo", Onnx = "ONNX API";

    private ServiceUnderTest? _service;
    private ServerProcess? _echo, _onnx;

    private LoadServers()
    {
    }

    /// <summary>All servers with their names.</summary>
    internal IEnumerable<(string Name, ServerProcess Process)> All => [(Service, TheService), (Echo, _echo!), (Onnx, _onnx!)];

    internal ServerProcess TheService => _service!.Process;

    internal static async Task<LoadServers> StartAsync(string modelFile)
    {
        var servers = new LoadServers();
        try
        {
            servers._service = await ServiceUnderTest.StartAsync();
            servers._echo = await ServerProcess.StartPeerAsync("serve-echo");
            servers._onnx = await ServerProcess.StartPeerAsync("serve-onnx", modelFile);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync(); // ends the servers that did start
            throw;
        }
    }

    /// <summary>Checks that the service and the ONNX API return the same prediction, because only servers with the same network are comparable.</summary>
    /// <exception cref="InvalidOperationException">The digits differ, or a probability differs by more than 0.001.</exception>
    internal async Task CheckAnswersAsync(byte[] picture)
    {
        var (service, onnx) = (await AskAsync(TheService.Address, picture), await AskAsync(_onnx!.Address, picture));
        var apart = service.Probabilities.Zip(onnx.Probabilities, (ours, theirs) => Math.Abs(ours - theirs)).Max();
        if (service.Digit != onnx.Digit || apart > 1e-3)
            throw new InvalidOperationException($"The service reads a {service.Digit}, the ONNX API a {onnx.Digit}; their probabilities are up to {apart} apart.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new IAsyncDisposable?[] { _service, _echo, _onnx })
            if (server is not null) await server.DisposeAsync();
    }

    private static async Task<PeerAnswer> AskAsync(Uri server, byte[] picture)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(server, "/predict"), new ByteArrayContent(picture));
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync(PeerJson.Default.PeerAnswer))!;
    }
}
