using System.Text;
using MnistService.Drawings;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>Posts a 1 MB image to <c>/predict</c> without its last byte, so that the service holds the rest of the body.</summary>
internal sealed record WithheldBodies(int Connections) : Attack($"withheld-bodies-{Connections}", Connections)
{
    private const int Side = 1_000; // pixels; noise does not compress, so the file has about one byte per pixel

    internal override Task RunAsync(AttackTarget target, CancellationToken ended)
    {
        var pixels = new byte[Side * Side];
        new Random(1).NextBytes(pixels);
        var image = new PngWriter().Header(Side, Side, 8, PngWriter.Grey).Data(PngWriter.Rows(pixels, Side)).End().ToArray();
        byte[] request = [.. Encoding.ASCII.GetBytes($"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {image.Length}\r\n\r\n"), .. image.AsSpan(..^1)];
        return target.OnEachConnectionAsync(Connections, async (connection, token) =>
        {
            await connection.SendAsync(request, token);
            await connection.ReadResponseAsync(token); // a rejection, or the timeout for the missing byte
        }, ended);
    }
}
