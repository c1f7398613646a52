using System.Text;
using MnistService.Model.Datasets;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Helpers that create CSV files and parse them in pieces of any size.</summary>
internal static class CsvFiles
{
    internal static readonly string[] Pixels = [.. Enumerable.Range(0, 784).Select(i => $"pixel{i}")];

    internal static string Header { get; } = string.Join(',', Pixels);

    /// <summary>A row whose pixel i is (start + i) mod 256.</summary>
    internal static string Row(int start) => string.Join(',', Enumerable.Range(0, 784).Select(i => $"{(start + i) % 256}"));

    internal static byte[] PixelsOf(int start) => [.. Enumerable.Range(0, 784).Select(i => (byte)(start + i))];

    internal sealed record Content(byte[] Pixels, byte[] Labels, bool HasLabels);

    internal static Task<Content> ReadAsync(string text, int chunk = int.MaxValue, KaggleCsvOptions? options = null) =>
        ReadAsync(Encoding.UTF8.GetBytes(text), chunk, options);

    internal static async Task<Content> ReadAsync(byte[] bytes, int chunk = int.MaxValue, KaggleCsvOptions? options = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var reader = new KaggleCsvReader(new ChunkedStream(bytes, chunk), options ?? new());
        await reader.ReadHeaderAsync(cancellation);
        var (pixels, labels) = (new List<byte>(), new List<byte>());
        using var block = new KaggleCsvBlock(mostRows: 3);
        while (await reader.ReadBlockAsync(block, CancellationToken.None, cancellation))
        {
            block.Parse();
            pixels.AddRange(block.Pixels.Span);
            labels.AddRange(block.Labels);
        }
        return new([.. pixels], [.. labels], reader.HasLabels);
    }

    /// <summary>Returns at most <paramref name="chunk"/> bytes per asynchronous read, like a slow network.</summary>
    internal sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, chunk)]);
    }
}
