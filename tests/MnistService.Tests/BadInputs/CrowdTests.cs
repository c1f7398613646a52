using System.Runtime.InteropServices;
using MnistService.Drawings;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// Up to 10,000 connections, most of them idle. Other clients are served and memory stays bounded. The tests run alone because they use most of the machine's
/// connections.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed partial class CrowdTests(CrowdTests.Bounded service) : IClassFixture<CrowdTests.Bounded>
{
    private const int Crowd = 10_000, Fewest = 2_000, Spare = 1_000, Asking = 300, OpenFiles = 7; // getrlimit(2): RLIMIT_NOFILE

    /// <summary>Allowed number of threads that the thread pool and the admission of connections add.</summary>
    private static readonly int MoreThreads = 16 + 2 * Environment.ProcessorCount;

    /// <summary>A service that accepts two uploads at a time.</summary>
    public sealed class Bounded() : AttackedService(("MnistService__Submissions__MaxUploads", "2"));

    [Theory]
    [InlineData("")]
    [InlineData("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Le")] // an incomplete request header
    public Task Ten_thousand_idle_connections_do_not_keep_others_from_being_served(string begun) => service.SurvivesAsync(async client =>
    {
        var count = (int)Math.Min(Crowd, OpenFilesLimit() - Spare);
        Assert.SkipWhen(count < Fewest, $"This process may open {count + Spare} files; {Fewest + Spare} are needed (ulimit -n).");
        var idle = new List<RawClient>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                idle.Add(await RawClient.ConnectAsync(service.Address));
                if (begun.Length > 0) await idle[^1].SendAsync(begun);
            }
            for (var i = 0; i < 100; i++) await service.PredictAsync();
            using var another = await RawClient.ConnectAsync(service.Address); // a connection that is opened after the idle ones
            await another.SendAsync("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal(200, (await another.ReadAsync()).Status);
            Assert.False(idle[0].IsAnswered);
        }
        finally
        {
            foreach (var one in idle) one.Reset();
        }
    }, most: 256L << 20);

    [Fact]
    public Task Hundreds_of_requests_at_a_time_do_not_add_a_thread_each() => service.SurvivesAsync(async client =>
    {
        var large = new Scene("large", 2_000, 2_000, 1_500, 60).Draw(5, new Random(1)); // decoded by the threads of the decode pool
        var (before, highest) = (service.Threads, 0);
        var asking = Task.WhenAll(Enumerable.Range(0, Asking).Select(async i =>
        {
            for (var n = 0; n < 5; n++)
            {
                using var answer = await client.PostAsync("/predict", TestHttp.Body(i % 2 == 0 ? large : AttackedService.GoodPicture), TestHttp.Cancellation);
                Assert.Contains((int)answer.StatusCode, new[] { 200, 429 });
            }
        }));
        for (; !asking.IsCompleted; await Task.WhenAny(asking, Task.Delay(20, TestHttp.Cancellation))) highest = Math.Max(highest, service.Threads);
        await asking;
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} threads before, at most {highest}");
        Assert.InRange(highest - before, -before, MoreThreads);
    }, most: 512L << 20);

    [Fact]
    public Task More_files_at_a_time_than_may_be_are_told_to_come_back_before_they_are_sent() => service.SurvivesAsync(async client =>
    {
        var csv = DatasetFiles.Csv(DatasetFiles.Rows[..100]);
        var uploading = new List<RawClient>();
        for (var i = 0; i < 2; i++)
        {
            uploading.Add(await BeginAsync(csv.Length));
            Assert.Equal(100, (await uploading[i].ReadAsync()).Status); // the service reads this upload
        }
        using var third = await BeginAsync(csv.Length);
        var refusal = await third.ReadAsync();
        refusal.Problem(429, "uploads_busy");
        Assert.InRange(int.Parse(refusal.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        foreach (var upload in uploading)
        {
            await upload.SendAsync(csv);
            Assert.Equal(201, (await upload.ReadAsync()).Status);
            upload.Dispose();
        }
        using var next = await client.PostAsync("/submissions", TestHttp.Body(csv), TestHttp.Cancellation);
        next.EnsureSuccessStatusCode();
    });

    [Fact]
    public async Task Connections_beyond_the_bound_are_closed_and_make_room_when_they_go()
    {
        var folder = Directory.CreateTempSubdirectory("mnist-crowd-").FullName;
        using (var few = new ServiceProcess(folder, ("MnistService__Connections__MaxConnections", "5")))
        {
            var address = (await few.ListeningAsync()).BaseAddress!;
            var taken = new List<RawClient>();
            for (var i = 0; i < 5; i++)
            {
                taken.Add(await RawClient.ConnectAsync(address)); // an upload is not evicted to admit another connection
                await taken[i].SendAsync("POST /submissions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
                Assert.Equal(100, (await taken[i].ReadAsync()).Status);
            }
            using var more = await RawClient.ConnectAsync(address);
            Assert.Equal("", await more.ReadToEndAsync());
            foreach (var one in taken) one.Reset();
            using var client = new HttpClient { BaseAddress = address };
            for (var end = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(20, TestHttp.Cancellation))
            {
                if (await IsServedAsync(client)) break;
                Assert.True(DateTime.UtcNow < end, "The connections that went made no room.");
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> IsServedAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync("/health/live", TestHttp.Cancellation)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<RawClient> BeginAsync(int length)
    {
        var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST /submissions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n");
        return client;
    }

    /// <summary>Maximum number of open files, which the .NET runtime raises from the soft to the hard limit at startup.</summary>
    /// <returns>The soft limit. 0 if it cannot be read.</returns>
    private static long OpenFilesLimit() => GetLimit(OpenFiles, out var limit) == 0 ? (long)Math.Min(limit.Soft, (ulong)long.MaxValue) : 0;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        internal ulong Soft, Hard;
    }
}
