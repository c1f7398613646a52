using System.Buffers;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>Rows that follow each other in a file, with the text they are in; any thread can parse them. Used again for later rows.</summary>
/// <param name="mostRows">Rows that it takes.</param>
/// <remarks>Its buffers are of the pool. Dispose it only when nobody reads them any more; one that is not disposed is left to the garbage collector.</remarks>
public sealed class KaggleCsvBlock(int mostRows = KaggleCsvBlock.UsualRows) : IDisposable
{
    /// <summary>Rows of MNIST in 128 kB of text; whole chunks and whole batches of the workers.</summary>
    public const int UsualRows = 64;

    private readonly (int Start, int Length)[] _rows = new (int, int)[mostRows];
    private readonly byte[] _labels = new byte[mostRows];
    private byte[] _text = [];
    private byte[] _pixels = [];
    private KaggleCsvRow? _row;
    private long _firstLine;

    /// <summary>Rows in it.</summary>
    public int Rows { get; private set; }

    /// <summary>[N×784] the rows' pixels in MNIST's order, once they are parsed.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels.AsMemory(0, Rows * DigitImage.PixelCount);

    /// <summary>[N] the rows' labels, once they are parsed; 255 where the file has none.</summary>
    public ReadOnlySpan<byte> Labels => _labels.AsSpan(0, Rows);

    internal bool IsFull => Rows == mostRows;

    /// <summary>Parses the rows.</summary>
    /// <exception cref="CsvException">The first of them that is wrong; the message names line and column.</exception>
    public void Parse()
    {
        if (_pixels.Length == 0) _pixels = ArrayPool<byte>.Shared.Rent(mostRows * DigitImage.PixelCount);
        for (var i = 0; i < Rows; i++)
        {
            var (start, length) = _rows[i];
            _labels[i] = _row!.Read(_text, start, length, _firstLine + i, _pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount));
        }
    }

    public void Dispose()
    {
        if (_text.Length > 0) ArrayPool<byte>.Shared.Return(_text);
        if (_pixels.Length > 0) ArrayPool<byte>.Shared.Return(_pixels);
        (_text, _pixels, Rows) = ([], [], 0);
    }

    internal void Clear() => Rows = 0;

    /// <summary>Takes the line at hand for the next row.</summary>
    internal void Add(CsvLineReader lines)
    {
        if (Rows == 0) _firstLine = lines.LineNumber;
        _rows[Rows++] = (lines.LineStart, lines.LineLength);
    }

    /// <summary>Takes the text that the rows are in, and gives its own for what comes next.</summary>
    internal void Complete(CsvLineReader lines, KaggleCsvRow row) => (_text, _row) = (lines.HandOver(_text), row);
}
