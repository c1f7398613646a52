using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MnistService.TestSupport;

namespace MnistService.Tests.Faults;

/// <summary>
/// Graceful shutdown: after SIGTERM under load the service answers each request that it has begun to read, refuses new connections and exits with code 0.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class StopTests(ITestOutputHelper output) : FaultRoom
{
    private const int Clients = 16;

    [Fact]
    public async Task Told_to_stop_with_requests_in_flight_and_a_job_running_it_answers_saves_and_ends_with_0()
    {
        ServiceFolder.LinkMnist(Data);
        using var service = Start();
        using var client = await service.ListeningAsync();
        var id = await TrainAsync(client, new { network = "mlp", data = "mnist", epochs = 500, promote = "never" });
        while ((await client.GetJsonAsync($"/train/{id}"))["progress"] is null) await Task.Delay(50, TestHttp.Cancellation);
        var submission = client.PostAsync("/submissions", TestHttp.Body(Csv(), "text/csv"), TestHttp.Cancellation);
        await Task.Delay(200, TestHttp.Cancellation);
        var stopped = Stopwatch.GetTimestamp();
        service.Send(PosixSignal.SIGTERM);
        Assert.Equal(HttpStatusCode.Created, (await submission).StatusCode);
        Assert.Equal(0, await service.EndedAsync());
        output.WriteLine($"stopped in {Stopwatch.GetElapsedTime(stopped).TotalSeconds:f1} s");
        Assert.True(File.Exists(Path.Combine(Data, "checkpoints", $"{id}.safetensors")));

        using var again = Start();
        using var next = await again.ListeningAsync();
        Assert.Equal("interrupted", (string?)(await next.GetJsonAsync($"/train/{id}"))["state"]);
    }

    /// <summary>The server sends 100 Continue after it has read the headers. From then on it must answer the request.</summary>
    [Fact]
    public async Task Every_prediction_that_it_has_begun_to_read_is_answered_and_no_other_is_taken()
    {
        using var service = Start();
        using var client = await service.ListeningAsync();
        using var sending = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = client.BaseAddress };
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AssertPredictsAsync(sending))); // opens the connections, which are then kept alive
        HeldBody[] bodies = [.. Enumerable.Range(0, Clients).Select(_ => new HeldBody(Picture))];
        Task<HttpResponseMessage>[] answers = [.. bodies.Select(body => sending.SendAsync(
            new(HttpMethod.Post, "/predict") { Content = body, Headers = { ExpectContinue = true } }, TestHttp.Cancellation))];
        await Task.WhenAll(bodies.Select(body => body.Asked)).WaitAsync(TimeSpan.FromMinutes(1), TestHttp.Cancellation);

        service.Send(PosixSignal.SIGTERM);
        await UntilRefusedAsync(client.BaseAddress!);
        await Task.Delay(TimeSpan.FromSeconds(1), TestHttp.Cancellation); // Kestrel stops listening shortly before it marks the open connections as ending
        foreach (var body in bodies) body.Release();

        foreach (var answer in await Task.WhenAll(answers))
        {
            Assert.Equal(3, (int)(await answer.JsonAsync())["digit"]!);
            Assert.True(answer.Headers.ConnectionClose);
        }
        Assert.Equal(0, await service.EndedAsync());
    }

    /// <summary>
    /// HTTP leaves open whether the service still reads a request that arrives at the time of the signal. The client can tell: it receives either a complete
    /// response or no byte of one. In the second case it may send the request to another server.
    /// </summary>
    [Fact]
    public async Task Clients_that_go_on_asking_have_a_whole_answer_or_nothing()
    {
        using var service = Start();
        using var client = await service.ListeningAsync();
        var counts = new int[Clients];
        Task[] asking = [.. Enumerable.Range(0, Clients).Select(async number =>
        {
            using var connection = await KeptConnection.OpenAsync(client.BaseAddress!);
            while (await connection.PredictAsync(Picture) is { } answer)
            {
                Assert.Equal(("HTTP/1.1 200 OK", "3"), answer);
                Interlocked.Increment(ref counts[number]);
            }
        })];
        while (!counts.All(count => Volatile.Read(ref count) >= 3)) await Task.WhenAny(Task.Delay(10, TestHttp.Cancellation), Task.WhenAll(asking));

        service.Send(PosixSignal.SIGTERM);

        await Task.WhenAll(asking).WaitAsync(TimeSpan.FromMinutes(1), TestHttp.Cancellation); // each connection was closed after a complete response
        Assert.Equal(0, await service.EndedAsync());
        output.WriteLine($"{counts.Sum()} answers");
    }

    private static async Task UntilRefusedAsync(Uri address)
    {
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(address.Host, address.Port, TestHttp.Cancellation);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            await Task.Delay(20, TestHttp.Cancellation);
        }
    }

    /// <summary>A request body that is sent after the server has sent 100 Continue and the test has called <see cref="Release"/>.</summary>
    private sealed class HeldBody(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _asked = new(), _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Asked => _asked.Task;

        internal void Release() => _released.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _asked.SetResult();
            await _released.Task;
            await stream.WriteAsync(bytes);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
