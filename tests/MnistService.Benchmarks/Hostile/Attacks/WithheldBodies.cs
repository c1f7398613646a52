using System.Text;
using MnistService.Drawings;

namespace MnistService.Benchmarks.Hostile.Attacks;

/// <summary>Predictions of a 1 MB image whose last byte never arrives, so that the service holds the rest of it.</summary>
internal sealed record WithheldBodies(int Connections) : Attack($"withheld-bodies-{Connections}", Connections)
{
    private const int Side = 1_000; // pixels; noise does not compress, so that the file is as large as its pixels

    internal override Task RunAsync(AttackTarget target, CancellationToken ended)
    {
        var pixels = new byte[Side * Side];
        new Random(1).NextBytes(pixels);
        var image = new PngWriter().Header(Side, Side, 8, PngWriter.Grey).Data(PngWriter.Rows(pixels, Side)).End().ToArray();
        byte[] request = [.. Encoding.ASCII.GetBytes($"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {image.Length}\r\n\r\n"), .. image.AsSpan(..^1)];
        return target.OnEachConnectionAsync(Connections, async (connection, token) =>
        {
            await connection.SendAsync(request, token);
            await connection.ReadResponseAsync(token); // a refusal, or the timeout of the withheld byte
        }, ended);
    }
}
