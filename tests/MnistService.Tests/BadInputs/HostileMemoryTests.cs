using System.Diagnostics;
using System.Globalization;
using System.Text;
using MnistService.Drawings;
using MnistService.TestSupport;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// The service has the heap limit of a 512 MB container, and a thousand clients each make it hold as much memory as they can. The process survives, answers
/// other clients and releases the memory. The tests run alone because a thousand clients use most of a machine.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class HostileMemoryTests : IAsyncLifetime
{
    private const int Connections = 1_000, BodyBytes = 1_000_000;
    private const string HeapLimit = "0x18000000"; // 384 MB: the default heap limit of .NET in a 512 MB container

    /// <summary>Memory in bytes by which the process may be larger after a burst than before it.</summary>
    private const long Margin = 32 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), MostSending = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Maximum time from the end of a burst until its memory is returned. Usually this takes three seconds. On a busy machine the connections can end in two
    /// parts, with a collection between them, and the next collection follows a minute later.
    /// </summary>
    private static readonly TimeSpan MostReturning = TimeSpan.FromSeconds(90);

    private static readonly byte[] Small = new Scene("small", 28, 28, 20, 2.4f).Draw(7, new Random(2));
    private static readonly byte[] Zeros = new byte[BodyBytes];

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-memory-").FullName;
    private readonly List<RawClient> _hostile = [];
    private ServiceProcess _process = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync() => await StartAsync(("DOTNET_GCHeapHardLimit", HeapLimit));

    [Theory]
    [InlineData("large image", "POST /predict", "Content-Length: 1000000", "", BodyBytes - 1)]
    [InlineData("image below 64 kB", "POST /predict", "Content-Length: 60000", "", 59_999)]
    [InlineData("image in chunks", "POST /predict", "Transfer-Encoding: chunked", "F4240\r\n", BodyBytes)]
    [InlineData("gzip", "POST /predict", "Content-Length: 60000\r\nContent-Encoding: gzip", "\u001f\u008b\b\0\0\0\0\0\0\0", 50_000)]
    [InlineData("form", "POST /predict", "Content-Length: 1000000\r\nContent-Type: multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n", BodyBytes - 1_000)]
    [InlineData("JSON", "POST /train", "Content-Length: 60000\r\nContent-Type: application/json", "{\"name\":\"", 50_000)]
    [InlineData("CSV", "POST /submissions", "Content-Length: 1000000\r\nContent-Type: text/csv", "label", BodyBytes - 1_000)]
    [InlineData("model", "POST /models", "Content-Length: 32000000", "", BodyBytes)]
    [InlineData("headers without end", "GET /health/live", "X: ", "", 20_000)]
    public async Task Connections_that_withhold_the_end_of_a_request_leave_room_for_others(string kind, string request, string headers, string start, int bytes)
    {
        var head = Encoding.Latin1.GetBytes($"{request} HTTP/1.1\r\nHost: x\r\n{headers}{(headers.EndsWith(": ", StringComparison.Ordinal) ? "" : "\r\n\r\n")}{start}");
        var body = Zeros.AsMemory(0, bytes);
        if (kind is "headers without end" or "JSON") body = Enumerable.Repeat((byte)'a', bytes).ToArray();
        await HoldAsync(head, body);
        for (var i = 0; i < 50; i++) await PredictAsync();
        (await _client.GetAsync("/health/ready", TestHttp.Cancellation)).EnsureSuccessStatusCode();

        Leave();
        await WaitForZeroAsync("mnist_requests_memory_bytes");
        Assert.False(_process.Output.Contains("ERR]", StringComparison.Ordinal), _process.Output);
    }

    /// <summary>Without a heap limit, the service holds 100 MB and more of the bodies. <c>MemoryTrimmer</c> returns it to the system some seconds after the burst.</summary>
    [Fact(Explicit = true)] // takes over a minute if the burst comes in two parts, which happened beside other tests
    public async Task Resident_memory_is_returned_after_bodies_that_were_withheld()
    {
        _client.Dispose();
        _process.Kill();
        await _process.EndedAsync(); // releases the data directory
        _process.Dispose();
        await StartAsync();
        for (var i = 0; i < 50; i++) await PredictAsync();
        var before = _process.Memory.Now;
        await HoldAsync("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), Zeros.AsMemory(0, BodyBytes - 1));
        var held = _process.Memory.Now;
        Assert.InRange(held - before, 2 * Margin, long.MaxValue);
        Leave();
        var closed = Stopwatch.GetTimestamp();
        while (_process.Memory.Now > before + Margin)
        {
            if (Stopwatch.GetElapsedTime(closed) > MostReturning)
            {
                var metrics = await _client.GetStringAsync("/metrics", TestHttp.Cancellation);
                Assert.Fail($"{before >> 20} MB before, {held >> 20} MB during and {_process.Memory.Now >> 20} MB after the burst. " +
                    string.Join("; ", metrics.Split('\n').Where(line => line.StartsWith("mnist_requests_memory", StringComparison.Ordinal) || line.StartsWith("mnist_connections", StringComparison.Ordinal))));
            }
            await Task.Delay(100, TestHttp.Cancellation);
        }
    }

    private async Task StartAsync(params (string Name, string Value)[] settings)
    {
        _process = new ServiceProcess(_folder, settings);
        _client = await _process.ListeningAsync();
        await PredictAsync();
    }

    private void Leave()
    {
        foreach (var client in _hostile) client.Reset();
        _hostile.Clear();
    }

    /// <summary>Opens the connections, sends a part of a request on each of them, and predicts in between.</summary>
    private async Task HoldAsync(byte[] head, ReadOnlyMemory<byte> body)
    {
        var sending = new List<Task>();
        for (var i = 0; i < Connections; i++)
        {
            RawClient client;
            try
            {
                client = await RawClient.ConnectAsync(_client.BaseAddress!);
            }
            catch (System.Net.Sockets.SocketException) // refused: all connections are in use
            {
                continue;
            }
            _hostile.Add(client);
            sending.Add(SendAsync(client, head, body));
            if (i % 50 == 0) await PredictAsync();
        }
        await Task.WhenAny(Task.WhenAll(sending), Task.Delay(MostSending, TestHttp.Cancellation)); // some sends block because the service stops reading
    }

    public async ValueTask DisposeAsync()
    {
        Leave();
        _client?.Dispose();
        _process?.Dispose();
        await Task.Run(() => Directory.Delete(_folder, recursive: true));
    }

    private static async Task SendAsync(RawClient client, byte[] head, ReadOnlyMemory<byte> body)
    {
        try
        {
            if (await client.SendAsync(head)) await client.SendAsync(body);
        }
        catch (Exception e) when (e is ObjectDisposedException or TimeoutException)
        {
            // The test has ended, or the service stopped reading.
        }
    }

    private async Task PredictAsync()
    {
        using var answer = await _client.PostAsync("/predict", TestHttp.Body(Small), TestHttp.Cancellation);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    /// <summary>Waits until all series of a metric are 0.</summary>
    private async Task WaitForZeroAsync(string metric)
    {
        for (var end = DateTime.UtcNow + Patience; ; await Task.Delay(100, TestHttp.Cancellation))
        {
            var lines = (await _client.GetStringAsync("/metrics", TestHttp.Cancellation)).Split('\n').Where(line => line.StartsWith(metric, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(lines);
            if (lines.TrueForAll(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) == 0)) return;
            Assert.True(DateTime.UtcNow < end, string.Join('\n', lines));
        }
    }
}
