using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// Clients that disconnect during an upload, while their rows are queued, or while their rows are computed. The service does no further work for them and
/// stores nothing.
/// </summary>
public sealed partial class LeavingClientTests(ImpatientService service) : IClassFixture<ImpatientService>
{
    /// <summary>Longer than the 0.3 s for which the service caches its metrics.</summary>
    private static readonly TimeSpan ScrapeAge = TimeSpan.FromSeconds(0.4);

    [Theory]
    [InlineData("/predict")]
    [InlineData("/submissions")]
    [InlineData("/datasets")]
    [InlineData("/models")]
    [InlineData("/train")]
    public Task A_client_that_goes_away_in_its_upload_leaves_nothing(string route) => service.SurvivesAsync(async _ =>
    {
        var half = DatasetFiles.Csv().AsMemory(0, route == "/train" ? 1_000 : 100_000);
        for (var i = 0; i < 20; i++) // more than the limit of parallel uploads: each reset must free its slot
        {
            using var client = await RawClient.ConnectAsync(service.Address);
            await client.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {2 * half.Length}\r\n\r\n");
            await client.SendAsync(half);
            client.Reset();
        }
        await UntilNothingIsKeptAsync();
    });

    [Fact]
    public Task Of_a_submission_whose_client_goes_no_more_rows_are_computed() => service.SurvivesAsync(async _ =>
    {
        const int Rows = 100_000, Soon = 500;
        var row = Encoding.ASCII.GetBytes(DatasetFiles.Rows[0][2..] + "\n");
        var before = await ImagesAsync();
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST /submissions HTTP/1.1\r\nHost: x\r\nContent-Length: {Rows * row.Length}\r\n\r\n");
        var sending = Task.Run(async () =>
        {
            while (await client.SendAsync(row)) { }
        }, TestHttp.Cancellation);
        await TestHttp.EventuallyAsync(async () => await ImagesAsync() > before + Soon); // some rows are computed, others are queued
        client.Reset();
        await sending.ContinueWith(_ => { }, TaskScheduler.Default); // fails because Reset disposed the socket
        var after = await SettledImagesAsync();
        Assert.InRange(after - before, Soon, Rows / 2);
        await UntilNothingIsKeptAsync();
    });

    /// <summary>Clients disconnect while their predictions are queued or computed. Later predictions succeed, and the log contains no error.</summary>
    [Fact]
    public Task Predictions_whose_clients_go_disturb_nobody() => service.SurvivesAsync(async _ =>
    {
        var request = (byte[])[.. Encoding.ASCII.GetBytes($"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {AttackedService.GoodPicture.Length}\r\n\r\n"), .. AttackedService.GoodPicture];
        for (var i = 0; i < 50; i++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RawClient.ConnectAsync(service.Address)));
            await Task.WhenAll(clients.Select(client => client.SendAsync(request)));
            foreach (var client in clients) client.Reset();
            await service.PredictAsync();
        }
        await SettledImagesAsync();
    });

    private async Task UntilNothingIsKeptAsync()
    {
        string[] folders = [.. new[] { "submissions", "datasets" }.Select(name => Path.Combine(service.Folder, "data", name)).Where(Directory.Exists)];
        await TestHttp.EventuallyAsync(() => Task.FromResult(folders.All(folder => Directory.GetFileSystemEntries(folder).Length == 0)));
        Assert.Equal(0, (int)(await service.Client.GetJsonAsync("/submissions"))["total"]!);
        Assert.Equal(0, (int)(await service.Client.GetJsonAsync("/train"))["total"]!);
        Assert.DoesNotContain((await service.Client.GetJsonAsync("/datasets"))["datasets"]!.AsArray(), set => !(bool)set!["builtIn"]!);
    }

    /// <summary>Waits until the inference queue is empty and the number of computed images is stable.</summary>
    /// <returns>The number of images that the service has computed since its start.</returns>
    private async Task<long> SettledImagesAsync()
    {
        var (last, waiting, now) = (-1L, 0L, 0L);
        await TestHttp.EventuallyAsync(async () =>
        {
            last = now;
            await Task.Delay(ScrapeAge, TestHttp.Cancellation);
            var metrics = await service.Client.GetStringAsync("/metrics", TestHttp.Cancellation);
            (now, waiting) = (Sum(metrics, Images()), Sum(metrics, Queued()));
            return now == last && waiting == 0;
        });
        return now;
    }

    private async Task<long> ImagesAsync() => Sum(await service.Client.GetStringAsync("/metrics", TestHttp.Cancellation), Images());

    private static long Sum(string metrics, Regex lines)
    {
        var found = lines.Matches(metrics);
        Assert.NotEmpty(found);
        return found.Sum(line => long.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"(?m)^mnist_inference_images_total\{[^}]*\} (\d+)")]
    private static partial Regex Images();

    [GeneratedRegex(@"(?m)^mnist_inference_queue_images\{[^}]*\} (\d+)")]
    private static partial Regex Queued();
}
