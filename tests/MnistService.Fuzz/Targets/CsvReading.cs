using System.IO.Hashing;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Fuzz.Targets;

/// <summary>What a file was read as: its rows, and what was said against it.</summary>
internal sealed record CsvReading
{
    /// <summary>Before the end, or before what is wrong.</summary>
    public int Rows { get; private set; }

    public ulong Checksum { get; private set; }

    public string? Error { get; private set; }

    internal void Add(ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> labels)
    {
        foreach (var label in labels) Promise.Holds(label is <= 9 or 255, $"A label is {label}.");
        for (var row = 0; row < labels.Length; row++)
        {
            Rows++;
            Checksum = XxHash3.HashToUInt64([.. pixels.Slice(row * DigitImage.PixelCount, DigitImage.PixelCount), labels[row], .. BitConverter.GetBytes(Checksum)]);
        }
    }

    /// <remarks>Rows that stand before the wrong one are given or not, by where a block ends: nothing of such a file is kept.</remarks>
    internal void Refused(CsvException e) => (Rows, Checksum, Error) = (0, 0, $"{e.Code} in line {e.Line}, column {e.Column}");
}
