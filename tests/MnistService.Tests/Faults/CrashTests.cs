using MnistService.TestSupport;

namespace MnistService.Tests.Faults;

/// <summary>
/// SIGKILL at random times. After the restart all acknowledged work exists, and no partial result is visible. The environment variable KILLS sets the number of
/// kills per test (default 3).
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class CrashTests(ITestOutputHelper output) : FaultRoom
{
    /// <summary>Predictions, submissions, data sets and jobs run in parallel. The ledger records each 200, 201 and 202 that a client received.</summary>
    [Fact]
    public async Task Killed_under_load_it_has_all_that_it_acknowledged()
    {
        var (ledger, random) = (new Ledger(Picture, Csv(Ledger.Rows)), new Random(TestSeed.Fresh()));
        for (var kill = 0; kill < Kills; kill++)
        {
            using var service = Start(("MnistService__Training__QueueCapacity", "10000"), ("MnistService__Training__ResumeOnStart", "false"));
            using var client = await service.ListeningAsync();
            await AssertPredictsAsync(client);
            await ledger.AssertKeptAsync(client, Data);
            using var dying = new CancellationTokenSource();
            var load = ledger.FillAsync(client, dying.Token);
            var moment = random.Next(100, 1500);
            await Task.WhenAny(load, Task.Delay(moment, TestHttp.Cancellation));
            await dying.CancelAsync(); // from here on the kill may make requests fail
            service.Kill();
            await service.EndedAsync();
            await load;
            output.WriteLine($"killed after {moment} ms: {ledger}");
        }
        using var last = Start(("MnistService__Training__QueueCapacity", "10000"));
        using var asking = await last.ListeningAsync();
        await AssertPredictsAsync(asking);
        await ledger.AssertKeptAsync(asking, Data);
    }

    [Fact]
    public async Task Killed_in_an_import_a_model_is_there_whole_or_not_at_all()
    {
        ServiceFolder.LinkMnist(Data);
        var file = await File.ReadAllBytesAsync(Path.Combine(Models, Mlp, "weights.safetensors"), TestHttp.Cancellation);
        var (imported, random) = (new List<string>(), new Random(TestSeed.Fresh()));
        var longest = TimeSpan.FromSeconds(1);
        for (var kill = 0; kill <= Kills; kill++)
        {
            using var service = Start();
            using var client = await service.ListeningAsync();
            await AssertPredictsAsync(client);
            await AssertWholeAsync(client, imported);
            var began = DateTime.UtcNow;
            var import = ImportAsync(client, file);
            if (kill == 0) await import; // measures the duration
            else await Task.WhenAny(import, Task.Delay(random.Next((int)longest.TotalMilliseconds), TestHttp.Cancellation));
            if (import.IsCompletedSuccessfully) imported.Add(await import);
            longest = kill == 0 ? DateTime.UtcNow - began : longest;
            service.Kill();
            await service.EndedAsync();
            await import.ContinueWith(_ => { }, TaskScheduler.Default);
        }
        using var last = Start();
        using var asking = await last.ListeningAsync();
        await AssertWholeAsync(asking, imported);
        (await asking.PostAsync($"/models/{imported[0]}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        await AssertPredictsAsync(asking);
    }

    [Fact]
    public async Task Killed_in_a_promotion_the_old_model_or_the_new_one_serves_afterwards()
    {
        string[] ids = [.. Directory.EnumerateDirectories(Models).Select(path => Path.GetFileName(path))];
        var random = new Random(TestSeed.Fresh());
        for (var kill = 0; kill < Kills; kill++)
        {
            using var service = Start();
            using var client = await service.ListeningAsync();
            Assert.Contains((string)(await client.GetJsonAsync("/health/ready"))["model"]!, ids);
            var moment = Task.Delay(random.Next(100, 600), TestHttp.Cancellation);
            for (var i = 0; !moment.IsCompleted; i++) await Task.WhenAny(moment, client.PostAsync($"/models/{ids[i % 2]}/promote?force=true", null, TestHttp.Cancellation));
            service.Kill();
            await service.EndedAsync();
            Assert.Contains(Current, ids);
        }
    }

    [Fact]
    public async Task Killed_in_a_submission_nothing_half_is_listed()
    {
        var csv = Csv();
        var random = new Random(TestSeed.Fresh());
        for (var kill = 0; kill < Kills; kill++)
        {
            using var service = Start();
            using var client = await service.ListeningAsync();
            foreach (var submission in (await client.GetJsonAsync("/submissions"))["submissions"]!.AsArray())
            {
                var lines = (await client.GetStringAsync($"/submissions/{submission!["id"]}/submission.csv", TestHttp.Cancellation)).Split('\n');
                Assert.Equal(Rows + 2, lines.Length); // header, rows, and nothing after the last newline
            }
            Assert.Empty(Directory.Exists(Path.Combine(Data, "submissions")) ? Directory.GetFiles(Path.Combine(Data, "submissions"), "*.tmp") : []);
            var sending = client.PostAsync("/submissions", TestHttp.Body(csv, "text/csv"), TestHttp.Cancellation);
            await Task.WhenAny(sending, Task.Delay(random.Next(50, 1500), TestHttp.Cancellation));
            service.Kill();
            await service.EndedAsync();
            await sending.ContinueWith(_ => { }, TaskScheduler.Default); // the request may have been answered or not
        }
    }

    private static async Task<string> ImportAsync(HttpClient client, byte[] file) =>
        (string)(await (await client.PostAsync("/models", TestHttp.Body(file), TestHttp.Cancellation)).JsonAsync(System.Net.HttpStatusCode.Created))["id"]!;

    private static async Task AssertWholeAsync(HttpClient client, IEnumerable<string> expected)
    {
        string[] listed = [.. (await client.GetJsonAsync("/models"))["models"]!.AsArray().Select(model => (string)model!["id"]!)];
        Assert.Empty(expected.Except(listed));
        foreach (var id in listed)
        {
            var weights = await client.GetByteArrayAsync($"/models/{id}/weights.safetensors", TestHttp.Cancellation);
            Assert.Equal((string?)(await client.GetJsonAsync($"/models/{id}"))["weightsSha256"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(weights)));
        }
    }
}
