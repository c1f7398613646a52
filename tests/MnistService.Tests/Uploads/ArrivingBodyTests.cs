using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using MnistService.Drawings;

namespace MnistService.Tests.Uploads;

/// <summary>Events while a request body is still arriving. Uses sockets, because the timing of the sent bytes matters.</summary>
public sealed class ArrivingBodyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-arriving-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_picture_that_comes_in_two_pieces_with_the_stop_between_them_is_answered(int first)
    {
        using var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();
        byte[] picture = new Scene("plain", 100, 100, 70, 8).Draw(7, new Random(1));
        using var socket = await ConnectAsync(client.BaseAddress!);
        await SendAsync(socket, $"POST /predict HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\nContent-Length: {picture.Length}\r\n\r\n");
        await socket.SendAsync(picture.AsMemory(0, first), TestHttp.Cancellation);
        await Task.Delay(300, TestHttp.Cancellation); // time for the request to begin
        service.Send(PosixSignal.SIGTERM);
        await Task.Delay(300, TestHttp.Cancellation);
        await socket.SendAsync(picture.AsMemory(first), TestHttp.Cancellation);
        var answer = await ReadToEndAsync(socket);
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n7", answer, StringComparison.Ordinal);
        Assert.Equal(0, await service.EndedAsync());
    }

    [Theory]
    [InlineData("/submissions")]
    [InlineData("/datasets")]
    public async Task A_bad_row_is_told_to_a_client_that_is_still_sending(string route)
    {
        using var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();
        var good = "3," + string.Join(',', Enumerable.Repeat("0", 784)) + "\n";
        var start = "label," + string.Join(',', Enumerable.Range(0, 784).Select(i => $"pixel{i}")) + "\n" + good + "3,x\n" + string.Concat(Enumerable.Repeat(good, 200));
        using var socket = await ConnectAsync(client.BaseAddress!);
        await SendAsync(socket, $"POST {route} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/csv\r\nContent-Length: {start.Length + 1000 * good.Length}\r\n\r\n{start}");
        await Task.Delay(300, TestHttp.Cancellation); // time for the service to parse these rows and wait for more
        for (var i = 0; i < 1000; i++) await SendAsync(socket, good);
        var answer = await ReadToEndAsync(socket);
        Assert.StartsWith("HTTP/1.1 422 ", answer, StringComparison.Ordinal);
        Assert.Contains("Line 3 has 2 cells, expected 785.", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("[ERR]", service.Output, StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, TestHttp.Cancellation);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), TestHttp.Cancellation);

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestHttp.Cancellation).WaitAsync(TimeSpan.FromSeconds(30), TestHttp.Cancellation);
    }
}
