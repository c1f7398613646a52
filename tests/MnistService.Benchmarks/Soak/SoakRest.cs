using System.Net.Sockets;

namespace MnistService.Benchmarks.Soak;

/// <summary>
/// Brings the service to rest: it has no load, and a full garbage collection has returned the free parts of the heap. Under load, resident memory varies by
/// hundreds of megabytes, because each training job uses that much for a moment. At rest, it shows what the service keeps.
/// </summary>
internal static class SoakRest
{
    private const string FullCollections = "dotnet_gc_collections_total{otel_scope_name=\"System.Runtime\",gc_heap_generation=\"gen2\"}";

    /// <summary>The service forces a full garbage collection after more than an eighth of the maximum number of connections were open.</summary>
    private const int Parts = 8;

    private static readonly TimeSpan Held = TimeSpan.FromSeconds(3), Settling = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(70);

    /// <summary>Waits until the service has done a full garbage collection. The caller must have ended the load.</summary>
    /// <exception cref="TimeoutException">The service has done no full garbage collection.</exception>
    internal static async Task BeginAsync(HttpClient client)
    {
        var count = (int)SoakSample.Metric(await client.GetStringAsync("/metrics"), "mnist_connections_limit") / Parts + 50;
        var connections = new List<Socket>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                connections.Add(new(SocketType.Stream, ProtocolType.Tcp));
                await connections[i].ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
            }
            await Task.Delay(Held);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
        var before = await CountAsync(); // after the burst, which can itself cause a collection that returns less memory
        for (var end = DateTime.UtcNow + Patience; await CountAsync() <= before; await Task.Delay(Settling))
        {
            if (DateTime.UtcNow > end) throw new TimeoutException("The service has done no full garbage collection.");
        }
        await Task.Delay(Settling);

        async Task<double> CountAsync() => SoakSample.Metric(await client.GetStringAsync("/metrics"), FullCollections);
    }
}
