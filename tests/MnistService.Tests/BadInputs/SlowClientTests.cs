using System.Net;
using System.Text;
using MnistService.Tests.Datasets;
using MnistService.Tests.Submissions;

namespace MnistService.Tests.BadInputs;

/// <summary>Clients that send or read slowly, or not at all. The service disconnects them after a timeout, or they delay no other client.</summary>
public sealed class SlowClientTests(ImpatientService service) : IClassFixture<ImpatientService>
{
    private static readonly string[] Routes = ["/predict", "/submissions", "/datasets", "/models", "/train"];

    [Fact]
    public Task Headers_that_come_byte_by_byte_are_cut_off_with_408() => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync("GET /version HTTP/1.1\r\nHost: x\r\nA: ");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var sent = 0;
        for (; !client.IsAnswered && sent < 1_000; sent++)
        {
            await pace.WaitForNextTickAsync(TestHttp.Cancellation);
            await client.SendAsync("a");
        }
        Assert.InRange(sent, 5, 999);
        Assert.Equal(408, (await client.ReadAsync()).Status);
    });

    [Theory]
    [InlineData("Content-Length: 1000000", "1")] // the body never reaches this length
    [InlineData("Transfer-Encoding: chunked", "1\r\n1\r\n")]
    public Task A_body_that_stops_is_cut_off_with_408(string length, string begun) => service.SurvivesAsync(_ => Task.WhenAll(Routes.Select(async route =>
    {
        if (route == "/train") length = length.Replace("1000000", "1000", StringComparison.Ordinal); // a longer body is rejected immediately
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n{begun}");
        var problem = (await client.ReadAsync()).Problem(408, "request_timeout");
        Assert.Contains("MnistService:Connections:MinBodyRate", (string?)problem["detail"], StringComparison.Ordinal);
    })));

    [Theory]
    [InlineData("/predict")]
    [InlineData("/submissions")]
    public Task A_body_that_trickles_without_end_is_cut_off_with_408(string route) => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!client.IsAnswered && await client.SendAsync("1\r\n1\r\n")) await pace.WaitForNextTickAsync(TestHttp.Cancellation);
        (await client.ReadAsync()).Problem(408, "request_timeout");
    });

    /// <summary>A file of several megabytes arrives at 1 MB/s: the upload is longer than the grace period and far above the minimum rate.</summary>
    [Theory]
    [InlineData("/submissions")]
    [InlineData("/datasets")]
    public Task An_upload_over_a_slow_line_is_taken(string route) => service.SurvivesAsync(async _ =>
    {
        var csv = DatasetFiles.Csv(Enumerable.Repeat(DatasetFiles.Rows, 8).SelectMany(rows => rows));
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Length: {csv.Length}\r\n\r\n");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var sent = 0; sent < csv.Length; sent += 50_000)
        {
            await pace.WaitForNextTickAsync(TestHttp.Cancellation);
            Assert.True(await client.SendAsync(csv.AsMemory(sent, Math.Min(50_000, csv.Length - sent))));
        }
        Assert.Equal(201, (await client.ReadAsync()).Status);
    });

    [Fact]
    public Task A_length_that_is_too_small_ends_the_body_there_and_what_follows_is_no_request() => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcdefgh\r\n\r\n");
        Assert.Contains("starts with the bytes 616263 ", (string?)(await client.ReadAsync()).Problem(400, "picture_unreadable")["detail"], StringComparison.Ordinal);
        Assert.Equal(400, (await client.ReadAsync()).Status);
        Assert.Equal("", await client.ReadToEndAsync());
    });

    /// <summary>200 clients request a file of 64 MB and never read the response. The service does not buffer the file and closes the connections.</summary>
    [Fact]
    public Task Answers_that_nobody_reads_are_held_by_nobody_and_given_up() => service.SurvivesAsync(async client =>
    {
        using var created = await client.PostAsync("/submissions", TestHttp.Body(Encoding.ASCII.GetBytes($"{KaggleFiles.Pixels}\n{DatasetFiles.Rows[0][2..]}\n")), TestHttp.Cancellation);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var id = created.Headers.Location!.OriginalString;
        await using (var file = new FileStream(Path.Combine(service.Folder, "data", $"{id[1..]}.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(64 << 20); // more than the kernel buffers per client; shared, because the service may still be closing the file
        var readers = new List<RawClient>();
        for (var i = 0; i < 200; i++)
        {
            readers.Add(await RawClient.ConnectAsync(service.Address, receiveBuffer: 4096));
            await readers[^1].SendAsync($"GET {id}/submission.csv HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        await service.PredictAsync(); // the service waits for none of the readers
        await TestHttp.EventuallyAsync(async () => await OpenConnectionsAsync(client) <= readers.Count / 10); // closed by the service: no client reads
        foreach (var reader in readers) reader.Dispose();
        (await client.DeleteAsync(id, TestHttp.Cancellation)).EnsureSuccessStatusCode();
    });

    private static async Task<double> OpenConnectionsAsync(HttpClient client)
    {
        var counts = (await client.GetStringAsync("/metrics", TestHttp.Cancellation)).Split('\n').Where(line => line.StartsWith("kestrel_active_connections{", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(counts);
        return counts.Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public Task Streams_of_events_that_nobody_reads_hold_up_nobody() => service.SurvivesAsync(async client =>
    {
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var job = await (await client.PostJobAsync(new { data, network = "mlp", mode = "dataset", epochs = 1000, batchSize = 64, promote = "never" })).JsonAsync(HttpStatusCode.Accepted);
        var watchers = new List<RawClient>();
        for (var i = 0; i < 100; i++)
        {
            watchers.Add(await RawClient.ConnectAsync(service.Address, receiveBuffer: 4096));
            await watchers[^1].SendAsync($"GET /train/{job["id"]}/events HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        for (var i = 0; i < 20; i++) await service.PredictAsync();
        (await client.PostAsync($"/train/{job["id"]}/cancel", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        Assert.Contains((string?)(await client.EndOfJobAsync((string)job["id"]!))["state"], new[] { "cancelled", "succeeded" });
        foreach (var watcher in watchers) watcher.Reset();
    }, most: 512L << 20); // the job loads libtorch and the trainer into memory
}
