using System.Text;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>
/// Requests 200 test images (220 kB of JSON) and does not read the response for 20 s. The service holds the images until it disconnects the client.
/// </summary>
internal sealed record UnreadImages(int Connections) : Attack($"test-images-unread-{Connections}", Connections)
{
    private const int Images = 200; // the maximum per request

    /// <summary>Delay before the client reads. The service closes a connection that reads nothing; the client detects this only when it reads.</summary>
    private static readonly TimeSpan Unread = TimeSpan.FromSeconds(20);

    private static readonly byte[] Request = Encoding.ASCII.GetBytes(
        $"GET /datasets/mnist/test-images?at={string.Join(',', Enumerable.Range(0, Images))} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    internal override Task RunAsync(AttackTarget target, CancellationToken ended) => target.OnEachConnectionAsync(Connections, async (connection, token) =>
    {
        connection.LimitReceiveBuffer();
        await connection.SendAsync(Request, token);
        await Task.Delay(Unread, token);
        await connection.ReadResponseAsync(token);
    }, ended);
}
