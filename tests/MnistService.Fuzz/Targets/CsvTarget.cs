using System.Text;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Fuzz.Targets;

/// <summary>
/// <see cref="KaggleCsvReader"/> and its row parsers. The input is a whole file, or rows after a valid header that the first byte (1, 2, 3) selects. Parsing in
/// small pieces and blocks must give the same result as parsing at once, and as <see cref="CarefulCsv"/>.
/// </summary>
internal sealed class CsvTarget : IFuzzTarget
{
    private const int MaxLineBytes = 16 << 10, MaxRows = 20, Pieces = 61;

    /// <summary>True under AFL, which measures coverage of one thread: parallel parsing would look like new paths.</summary>
    private static readonly bool IsCounted = Environment.GetEnvironmentVariable("__AFL_SHM_ID") is not null;

    private static readonly string[] Pixels = [.. Enumerable.Range(0, DigitImage.PixelCount).Select(i => $"pixel{i}")];

    private static readonly string[] Headers =
    [
        string.Join(',', Pixels),
        "label," + string.Join(',', Pixels),
        string.Join(',', Pixels.Reverse().Select(name => $"\"{name}\"").Append(" label ")),
    ];

    public string Name => "csv";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        ",0,0,0,0,0,0,0,0", ",255", ",256", ",1.0", ",\"7\"", ",007", "\r\n", "\n\n", "\r", "\u00ef\u00bb\u00bf", "\u00ff\u00fe", "label,", "pixel0,", "pixel783", ";", "\t", "NaN", "1e2", "-1", "=cmd()", "\0");

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Files()];

    public void Read(byte[] input)
    {
        var file = input is [>= 1 and <= 3 and var header, .. var rows] ? [.. Encoding.ASCII.GetBytes(Headers[header - 1] + "\n"), .. rows] : input;
        var expected = new CarefulCsv(MaxLineBytes, MaxRows).Read(file);
        var atOnce = Promise.Within((4 << 20) + 256L * file.Length, () => Read(new MemoryStream(file), blockBytes: 128 << 10));
        Promise.Holds(atOnce == expected, $"Read as {atOnce}; cell by cell as {expected}.");
        var inPieces = Read(new PiecewiseStream(file, Pieces), blockBytes: 4 << 10);
        Promise.Holds(inPieces == expected, $"Read in pieces as {inPieces}; cell by cell as {expected}.");
        if (IsCounted) return;
        var sideBySide = ReadSideBySide(file);
        Promise.Holds(sideBySide == expected, $"Read side by side as {sideBySide}; cell by cell as {expected}.");
    }

    /// <summary>Parses one block after the other on this thread.</summary>
    private static CsvReading Read(Stream stream, int blockBytes)
    {
        using var reader = new KaggleCsvReader(stream, new() { MaxLineBytes = MaxLineBytes, MaxRows = MaxRows, BlockBytes = blockBytes });
        using var block = new KaggleCsvBlock();
        var reading = new CsvReading();
        try
        {
            Completed(reader.ReadHeaderAsync(CancellationToken.None).AsTask());
            while (Completed(reader.ReadBlockAsync(block, CancellationToken.None, CancellationToken.None).AsTask()))
            {
                block.Parse();
                reading.Add(block.Pixels.Span, block.Labels);
            }
            Promise.Holds(reading.Rows == reader.Rows, $"{reading.Rows} rows were given of {reader.Rows}.");
        }
        catch (CsvException e)
        {
            Promise.IsShort($"{e.Code}: {e.Message}");
            reading.Refused(e);
        }
        return reading;
    }

    /// <summary>Parses several blocks in parallel, as the service does.</summary>
    private static CsvReading ReadSideBySide(byte[] file)
    {
        using var reader = new KaggleCsvReader(new PiecewiseStream(file, Pieces), new() { MaxLineBytes = MaxLineBytes, MaxRows = MaxRows, BlockBytes = 4 << 10 });
        var reading = new CsvReading();
        try
        {
            Completed(reader.ReadHeaderAsync(CancellationToken.None).AsTask());
            Completed(new KaggleCsvFlow(reader, blocks: 3).RunAsync(ParseAsync, (block, _) => reading.Add(block.Pixels.Span, block.Labels), CancellationToken.None));
        }
        catch (CsvException e)
        {
            reading.Refused(e);
        }
        return reading;

        static Task<bool> ParseAsync(KaggleCsvBlock block, CancellationToken ended)
        {
            block.Parse();
            return Task.FromResult(true);
        }
    }

    private static T Completed<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Completed(Task task) => task.GetAwaiter().GetResult();

    private static IEnumerable<byte[]> Files()
    {
        var zeros = string.Join(',', Enumerable.Repeat("0", DigitImage.PixelCount));
        var values = string.Join(',', Enumerable.Range(0, DigitImage.PixelCount).Select(i => i % 5 > 0 ? "0" : $"{i % 256}"));
        var unusual = string.Join(',', Enumerable.Range(0, DigitImage.PixelCount).Select(i => (i % 97) switch { 0 => "\"12\"", 1 => " 3.0 ", 2 => "007", _ => "0" }));
        foreach (var text in new[]
        {
            $"{zeros}\n{values}\n", $"\u0001{values}", $"\u0001{zeros}\r\n{unusual}\r\n\r\n", $"\u00027,{values}\n1,{zeros}\n", $"\u0003{values},9\n", Headers[1] + $"\n5,{values}\n",
            "pixel0;pixel1\n0;0\n", $"\u0001{zeros}\n\n{zeros}\n", $"\u0001{zeros},1\n", $"\u0001{values}\n{zeros.Replace(",0,0,0", ",0,256,0", StringComparison.Ordinal)}\n",
        })
        {
            yield return Encoding.Latin1.GetBytes(text);
        }
        yield return [0xEF, 0xBB, 0xBF, .. Encoding.ASCII.GetBytes(zeros)];
        yield return [0xFF, 0xFE, (byte)'p', 0];
    }
}
