using System.Net;
using MnistService.Tests.BadInputs;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Uploads;

/// <summary>A slow upload loses its slot when another client needs it.</summary>
public sealed class UploadLimiterTests
{
    private const int Slots = 2;

    /// <summary>Longer than the minimum time for which an upload keeps its slot; shorter than the grace period before the minimum rate is enforced.</summary>
    private static readonly TimeSpan Dribbling = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task When_all_places_are_taken_the_slowest_upload_gives_its_place_to_another()
    {
        await using var service = new ServiceApplication(("MnistService:Submissions:MaxUploads", $"{Slots}"), ("MnistService:Connections:Grace", "00:01:00"));
        using var client = service.Start();
        var csv = DatasetFiles.Csv(DatasetFiles.Rows[..100]);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestHttp.Cancellation);
        var slow = new List<RawClient>();
        for (var i = 0; i < Slots; i++) slow.Add(await BeginAsync(client.BaseAddress!, csv));
        var dribbling = slow.Select(one => DribbleAsync(one, csv, ended.Token)).ToList();
        await Task.Delay(Dribbling, TestHttp.Cancellation);

        await TestHttp.EventuallyAsync(async () => (await client.PostAsync("/submissions", TestHttp.Body(csv), TestHttp.Cancellation)).StatusCode == HttpStatusCode.Created);

        await ended.CancelAsync();
        await Task.WhenAll(dribbling);
        await TestHttp.EventuallyAsync(() => Task.FromResult(slow.Exists(one => one.IsAnswered)));
        var refused = slow.First(one => one.IsAnswered);
        var problem = (await refused.ReadAsync()).Problem(429, "uploads_busy");
        Assert.Contains("more slowly than MnistService:Connections:MinUploadRate", (string?)problem["detail"], StringComparison.Ordinal);
        foreach (var one in slow) one.Reset();
    }

    private static async Task<RawClient> BeginAsync(Uri address, byte[] csv)
    {
        var client = await RawClient.ConnectAsync(address);
        await client.SendAsync($"POST /submissions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {csv.Length}\r\n\r\n");
        Assert.Equal(100, (await client.ReadAsync()).Status);
        return client;
    }

    private static async Task DribbleAsync(RawClient client, byte[] csv, CancellationToken ended)
    {
        for (var i = 0; !ended.IsCancellationRequested && await client.SendAsync(csv.AsMemory(i, 1)); i++)
            await Task.Delay(100, CancellationToken.None);
    }
}
