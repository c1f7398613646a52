using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MnistService.Connections;
using MnistService.Tests.BadInputs;

namespace MnistService.Tests.Connections;

/// <summary>Admission control with more connections than the limit, on real Kestrel.</summary>
public sealed class ConnectionAdmissionTests
{
    private const int Max = 5;
    private const string Health = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: x\r\nX: ")]
    [InlineData("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc")]
    [InlineData(Health)]
    public async Task Connections_that_are_held_without_use_make_room_for_others(string begun)
    {
        await using var service = new ServiceApplication(("MnistService:Connections:MaxConnections", $"{Max}"));
        using var http = service.Start();
        var held = new List<RawClient>();
        for (var i = 0; i < 2 * Max; i++)
        {
            if (await TryConnectAsync(http.BaseAddress!) is not { } client) continue;
            held.Add(client);
            if (begun.Length > 0) await client.SendAsync(begun);
        }
        for (var end = DateTime.UtcNow.AddSeconds(60); ; await Task.Delay(50, TestHttp.Cancellation))
        {
            using var other = await TryConnectAsync(http.BaseAddress!);
            if (other is not null && await other.SendAsync(Health) && await IsAnsweredAsync(other)) break;
            Assert.True(DateTime.UtcNow < end, "Unused connections made no room.");
        }
        // Timeouts make room too, but later. Only the service closes a connection to make room for another one.
        Assert.Matches(@"(?m)^mnist_connections_replaced_total\S* [1-9]", await http.GetStringAsync("/metrics", TestHttp.Cancellation));
        foreach (var client in held) client.Reset();
    }

    [Fact]
    public async Task Kestrel_keeps_no_more_unread_bytes_of_a_connection_than_the_memory_plan_counts()
    {
        await using var service = new ServiceApplication(("MnistService:Connections:MaxHeaderBytes", "20000"));
        service.Start().Dispose();
        Assert.Equal(20_000, Of<ConnectionOptions>().RequestBuffer);
        Assert.Equal(20_000, Of<KestrelServerOptions>().Limits.MaxRequestBufferSize);
        Assert.Equal(20_000, Of<SocketTransportOptions>().MaxReadBufferSize);

        T Of<T>() where T : class => service.Services.GetRequiredService<IOptions<T>>().Value;
    }

    /// <returns>The connection; <c>null</c> if the service reset it while it was being opened.</returns>
    private static async Task<RawClient?> TryConnectAsync(Uri address)
    {
        try
        {
            return await RawClient.ConnectAsync(address);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    private static async Task<bool> IsAnsweredAsync(RawClient client)
    {
        try
        {
            return (await client.ReadAsync()).Status == 200;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException) // closed, because all other connections are in use
        {
            return false;
        }
    }
}
