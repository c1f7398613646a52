using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MnistService.Drawings;

namespace MnistService.Benchmarks;

/// <summary>
/// Predictions at a steady rate, with and without a training job on the same processors. Open loop: a request is sent when its time has come,
/// whether the one before was answered or not, and its latency counts from that time. The two alternate, so that both see the same machine.
/// </summary>
internal static partial class ServingBesideTraining
{
    private const int Rate = 200; // requests a second
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <param name="rounds">Pairs of windows.</param>
    internal static async Task<int> RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("mnist-beside-").FullName;
        Copy(Path.Combine(Repository.Root, "models"), Path.Combine(folder, "models"));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MnistService.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["MnistService__Data__Directory"] = Path.Combine(folder, "data"),
                ["MnistService__Models__Directory"] = Path.Combine(folder, "models"),
                ["MnistService__Data__Download"] = "false",
            },
        };
        LinkMnist(Path.Combine(folder, "data", "mnist"));
        using var service = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = await ListeningAsync(service) };
            byte[] picture = new Scene("plain", 28, 28, 20, 2).Draw(3, new Random(1));
            await MeasureAsync(client, picture, WarmUp);
            var ratios = new List<double>();
            Console.WriteLine("| round | without: median | p99 | with a job: median | p99 | ratio of p99 | images/s of the job |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            for (var round = 1; round <= rounds; round++)
            {
                var alone = await MeasureAsync(client, picture, Window);
                var job = await StartJobAsync(client);
                await MeasureAsync(client, picture, WarmUp);
                var beside = await MeasureAsync(client, picture, Window);
                var speed = (double?)(await client.GetFromJsonAsync<JsonNode>($"/train/{job}"))!["progress"]?["imagesPerSecond"];
                await EndJobAsync(client, job);
                ratios.Add(At(beside, 0.99) / At(alone, 0.99));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {round} | {At(alone, 0.5):f2} ms | {At(alone, 0.99):f2} ms | {At(beside, 0.5):f2} ms | {At(beside, 0.99):f2} ms | {ratios[^1]:f2} | {speed:f0} |"));
            }
            ratios.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio {ratios[ratios.Count / 2]:f2}"));
            return 0;
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <returns>Milliseconds of each request, sorted.</returns>
    private static async Task<double[]> MeasureAsync(HttpClient client, byte[] picture, TimeSpan window)
    {
        var latencies = new double[(int)(window.TotalSeconds * Rate)];
        var pending = new Task[latencies.Length];
        var begun = Stopwatch.GetTimestamp();
        // A thread of its own that sleeps: a pool's timer is a millisecond late, and a spinning sender would be a load itself.
        await Task.Factory.StartNew(Send, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(pending);
        Array.Sort(latencies);
        return latencies;

        void Send()
        {
            for (var i = 0; i < pending.Length; i++)
            {
                var due = TimeSpan.FromSeconds((double)i / Rate);
                if (due - Stopwatch.GetElapsedTime(begun) is var wait && wait > TimeSpan.Zero) _ = usleep((uint)wait.TotalMicroseconds);
                pending[i] = AskAsync(i, due);
            }
        }

        async Task AskAsync(int i, TimeSpan due)
        {
            using var answer = await client.PostAsync("/predict", new ByteArrayContent(picture));
            answer.EnsureSuccessStatusCode();
            latencies[i] = (Stopwatch.GetElapsedTime(begun) - due).TotalMilliseconds;
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int usleep(uint microseconds);

    private static double At(double[] sorted, double part) => sorted[(int)(sorted.Length * part)];

    private static async Task<string> StartJobAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/train", new { activate = "never" });
        var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
        while ((await client.GetFromJsonAsync<JsonNode>($"/train/{id}"))!["progress"] is null) await Task.Delay(100);
        return id;
    }

    private static async Task EndJobAsync(HttpClient client, string id)
    {
        (await client.PostAsync($"/train/{id}/cancel", null)).EnsureSuccessStatusCode();
        while ((string?)(await client.GetFromJsonAsync<JsonNode>($"/train/{id}"))!["state"] == "running") await Task.Delay(100);
    }

    private static async Task<Uri> ListeningAsync(Process service)
    {
        while (await service.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Address().Match(line) is not { Success: true } match) continue;
            _ = service.StandardOutput.ReadToEndAsync(); // nobody else empties the pipe
            return new Uri(match.Value);
        }
        throw new InvalidOperationException("The service ended before it listened.");
    }

    private static void LinkMnist(string target)
    {
        var source = new[] { Environment.GetEnvironmentVariable("MNIST_DIRECTORY"), Path.Combine(Repository.Root, "data"), Path.Combine(Repository.Root, "..", "shared", "data") }
            .OfType<string>().Select(Model.Data.MnistFiles.Find).FirstOrDefault(found => found is not null)
            ?? throw new InvalidOperationException("MNIST's four *-ubyte.gz files are not in $MNIST_DIRECTORY, data/mnist or ../shared/data/mnist.");
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source, "*-ubyte.gz"))
            File.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(file)), Path.GetFullPath(file));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
