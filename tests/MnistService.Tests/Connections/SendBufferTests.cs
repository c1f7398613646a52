using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MnistService.Tests.BadInputs;

namespace MnistService.Tests.Connections;

/// <summary>The kernel's send buffers count against a container's memory limit, so they are bounded for clients that do not read.</summary>
public sealed class SendBufferTests
{
    private const int MostBytes = 128 << 10;

    [Fact]
    public async Task The_kernel_holds_little_of_an_answer_that_nobody_reads()
    {
        await using var service = new ServiceApplication();
        using var client = service.Start();
        var id = (string)(await client.GetJsonAsync("/models/current"))["id"]!;
        using var reader = await RawClient.ConnectAsync(client.BaseAddress!, receiveBuffer: 4096);
        await reader.SendAsync($"GET /models/{id}/weights.safetensors HTTP/1.1\r\nHost: x\r\n\r\n");
        await TestHttp.EventuallyAsync(() => Task.FromResult(Unsent(client.BaseAddress!.Port) > 0));
        for (var (before, now) = (-1L, 0L); now != before; await Task.Delay(200, TestHttp.Cancellation)) (before, now) = (now, Unsent(client.BaseAddress!.Port));
        Assert.InRange(Unsent(client.BaseAddress!.Port), 1, MostBytes); // the response has 1.6 MB
    }

    /// <summary>If segments are larger than the send buffer, the receiver delays its acknowledgments: a response of 1.6 MB then takes 0.5 s.</summary>
    [Fact]
    public async Task Segments_are_smaller_than_the_send_buffer_on_the_loopback_interface_too()
    {
        await using var service = new ServiceApplication();
        using var client = service.Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port, TestHttp.Cancellation);
        var segment = new byte[sizeof(int)];
        socket.GetRawSocketOption(6, 2, segment); // TCP_MAXSEG
        Assert.InRange(BitConverter.ToInt32(segment), 1_000, 16 << 10);
    }

    /// <returns>Bytes in the send queues of all sockets with this local port, from <c>/proc/net/tcp</c> (proc_net_tcp(5)).</returns>
    private static long Unsent(int port)
    {
        var local = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 4 && fields[1].EndsWith(local, StringComparison.Ordinal))
            .Sum(fields => long.Parse(fields[4].Split(':')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
