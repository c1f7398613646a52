using System.Text;
using BenchmarkDotNet.Attributes;
using MnistService.Model.Datasets;
using Sylvan.Data.Csv;
using CsvHelperReader = CsvHelper.CsvReader;

namespace MnistService.Benchmarks;

/// <summary>
/// Compares the parser for Kaggle's CSV file with two general CSV readers for .NET. Each parses text into pixels. The time is per row of 784 values.
/// </summary>
[MemoryDiagnoser]
public class CsvBenchmarks
{
    private const int Rows = 2_000;

    private readonly byte[] _pixels = new byte[784];
    private byte[] _csv = [];

    [GlobalSetup]
    public void Write()
    {
        var text = new StringBuilder(string.Join(',', Enumerable.Range(0, 784).Select(i => $"pixel{i}"))).Append('\n');
        // Uses MNIST's rows if the data set is available, because the length of the runs of zeros affects the parsing time.
        var rows = Repository.Mnist is null ? Drawn() : MnistPixels.Take(Rows);
        foreach (var row in rows.Chunk(784)) text.AppendJoin(',', row).Append('\n');
        _csv = Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Parses blocks on all processors, as the service does for a request.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> KaggleCsv()
    {
        using var reader = new KaggleCsvReader(new MemoryStream(_csv), new());
        await reader.ReadHeaderAsync(CancellationToken.None);
        var rows = 0L;
        await new KaggleCsvFlow(reader).RunAsync((block, _) =>
        {
            block.Parse();
            return Task.FromResult(block.Rows);
        }, (_, parsed) => rows += parsed, CancellationToken.None);
        return rows;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> KaggleCsvOnOneThread()
    {
        using var reader = new KaggleCsvReader(new MemoryStream(_csv), new());
        using var block = new KaggleCsvBlock();
        await reader.ReadHeaderAsync(CancellationToken.None);
        for (var rows = 0L; ; rows += block.Rows)
        {
            if (!await reader.ReadBlockAsync(block, CancellationToken.None, CancellationToken.None)) return rows;
            block.Parse();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public async Task<long> Sylvan()
    {
        await using var reader = await CsvDataReader.CreateAsync(new StreamReader(new MemoryStream(_csv)));
        var rows = 0L;
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < 784; i++) _pixels[i] = (byte)reader.GetInt32(i);
            rows++;
        }
        return rows;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> CsvHelper()
    {
        await using var reader = CsvHelperReader.Create(new MemoryStream(_csv), new() { Separator = ',' });
        var rows = 0L;
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < 784; i++) _pixels[i] = reader.Parse<byte>(i);
            rows++;
        }
        return rows;
    }

    /// <summary>Random rows in which four fifths of the pixels are 0, as in MNIST.</summary>
    private static byte[] Drawn()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Rows * 784).Select(_ => random.Next(5) == 0 ? (byte)random.Next(256) : (byte)0)];
    }
}
