using System.Text;

namespace MnistService.Tests.BadInputs;

/// <summary>HTTP pipelining: a flood of pipelined requests does not prevent the service from serving other clients.</summary>
public sealed class PipeliningTests(AttackedService service) : IClassFixture<AttackedService>
{
    private const int Connections = 64, Requests = 4000;

    [Fact]
    public Task Connections_full_of_pipelined_requests_share_the_threads_with_others() => service.SurvivesAsync(async client =>
    {
        var flood = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n", Requests)));
        var end = Encoding.ASCII.GetBytes("GET /models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        var attackers = new List<RawClient>();
        for (var i = 0; i < Connections; i++) attackers.Add(await RawClient.ConnectAsync(service.Address));
        var floods = attackers.Select(attacker => Task.Run(async () =>
        {
            var reading = attacker.ReadToEndAsync();
            await attacker.SendAsync(flood);
            await attacker.SendAsync(end);
            await reading;
        }, TestHttp.Cancellation)).ToList();
        await Task.Delay(500, TestHttp.Cancellation);
        var waits = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await service.PredictAsync();
            waits.Add(TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }
        Assert.Contains(floods, task => !task.IsCompleted); // the predictions were measured during the flood
        foreach (var attacker in attackers) attacker.Reset();
        await Task.WhenAll(floods);
        waits.Sort();
        Assert.True(waits[waits.Count / 2] < 1, string.Join(" ", waits.Select(wait => $"{wait:f2}")));
    }, most: 400L << 20);
}
