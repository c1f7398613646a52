using System.Text;
using BenchmarkDotNet.Attributes;
using MnistService.Model.Data;
using Sylvan.Data.Csv;
using CsvHelperReader = CsvHelper.CsvReader;

namespace MnistService.Benchmarks;

/// <summary>Kaggle's file from text to pixels, beside two general readers for .NET; the time is for one row of 784 values.</summary>
[MemoryDiagnoser]
public class CsvBenchmarks
{
    private const int Rows = 2_000, BlockRows = 64;

    private readonly byte[] _pixels = new byte[BlockRows * 784];
    private readonly byte[] _labels = new byte[BlockRows];
    private byte[] _csv = [];

    [GlobalSetup]
    public void Write()
    {
        var (text, random) = (new StringBuilder(string.Join(',', Enumerable.Range(0, 784).Select(i => $"pixel{i}"))).Append('\n'), new Random(1));
        for (var row = 0; row < Rows; row++)
        {
            // Four fifths of MNIST's pixels are 0.
            for (var i = 0; i < 784; i++) text.Append(i == 0 ? "" : ",").Append(random.Next(5) == 0 ? random.Next(256) : 0);
            text.Append('\n');
        }
        _csv = Encoding.ASCII.GetBytes(text.ToString());
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> KaggleCsv()
    {
        var reader = new KaggleCsvReader(new MemoryStream(_csv), new());
        await reader.ReadHeaderAsync(CancellationToken.None);
        var (rows, read) = (0L, 0);
        while ((read = await reader.ReadRowsAsync(_pixels, _labels, CancellationToken.None)) > 0) rows += read;
        return rows;
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
}
