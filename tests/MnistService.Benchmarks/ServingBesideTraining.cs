using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MnistService.Benchmarks.OpenLoop;
using MnistService.Drawings;

namespace MnistService.Benchmarks;

/// <summary>
/// Measures predictions at a steady rate, with and without a training job on the same processors. The two cases alternate, so that changes of the machine's
/// other load affect both alike.
/// </summary>
internal static class ServingBesideTraining
{
    private const int Rate = 200; // requests per second
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <param name="rounds">Number of rounds; each measures one window without and one window with a training job.</param>
    internal static async Task<int> RunAsync(int rounds)
    {
        await using var service = await ServiceUnderTest.StartAsync();
        using var client = new HttpClient { BaseAddress = service.Process.Address };
        using var sender = new OpenLoopSender(service.Process.Address, new Scene("plain", 28, 28, 20, 2).Draw(3, new Random(1)));
        await MeasureAsync(sender, WarmUp);
        var ratios = new List<double>();
        Console.WriteLine("| round | without: median | p99 | with a job: median | p99 | ratio of p99 | images/s of the job |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        for (var round = 1; round <= rounds; round++)
        {
            var alone = await MeasureAsync(sender, Window);
            var job = await StartJobAsync(client);
            await MeasureAsync(sender, WarmUp);
            var beside = await MeasureAsync(sender, Window);
            var speed = (double?)(await client.GetFromJsonAsync<JsonNode>($"/train/{job}"))!["progress"]?["imagesPerSecond"];
            await EndJobAsync(client, job);
            ratios.Add(beside.P99Ms / alone.P99Ms);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {round} | {alone.MedianMs:f2} ms | {alone.P99Ms:f2} ms | {beside.MedianMs:f2} ms | {beside.P99Ms:f2} ms | {ratios[^1]:f2} | {speed:f0} |"));
        }
        ratios.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio {ratios[ratios.Count / 2]:f2}"));
        return 0;
    }

    private static async Task<SteadyResult> MeasureAsync(OpenLoopSender sender, TimeSpan window)
    {
        var result = await SteadyResult.MeasureAsync(sender, Rate, window);
        return result.Failed == 0 ? result : throw new InvalidOperationException($"{result.Failed} predictions failed.");
    }

    private static async Task<string> StartJobAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/train", new { promote = "never" });
        var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
        while ((await client.GetFromJsonAsync<JsonNode>($"/train/{id}"))!["progress"] is null) await Task.Delay(100);
        return id;
    }

    private static async Task EndJobAsync(HttpClient client, string id)
    {
        (await client.PostAsync($"/train/{id}/cancel", null)).EnsureSuccessStatusCode();
        while ((string?)(await client.GetFromJsonAsync<JsonNode>($"/train/{id}"))!["state"] == "running") await Task.Delay(100);
    }
}
