using System.IO.Hashing;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Fuzz.Targets;

/// <summary>Result of parsing a file: the rows, or the error.</summary>
internal sealed record CsvReading
{
    /// <summary>Number of rows; 0 after an error.</summary>
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

    /// <remarks>
    /// Resets rows and checksum: how many rows before the invalid one are delivered depends on the block boundaries, and the service keeps nothing of an
    /// invalid file.
    /// </remarks>
    internal void Refused(CsvException e) => (Rows, Checksum, Error) = (0, 0, $"{e.Code} in line {e.Line}, column {e.Column}");
}
