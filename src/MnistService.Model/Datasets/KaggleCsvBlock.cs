using System.Buffers;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>
/// Holds the text of consecutive rows of a CSV file. <see cref="Parse"/> converts the text to pixels and labels, on any thread. A block can be reused for
/// later rows.
/// </summary>
/// <param name="mostRows">Maximum number of rows in the block.</param>
/// <remarks>
/// The buffers are rented from <see cref="ArrayPool{T}.Shared"/>. Dispose the block only when no thread reads the buffers any more. If the block is
/// not disposed, the garbage collector frees the buffers.
/// </remarks>
public sealed class KaggleCsvBlock(int mostRows = KaggleCsvBlock.UsualRows) : IDisposable
{
    /// <summary>
    /// Default maximum number of rows per block. 64 rows of Kaggle's MNIST files have about 117 kB of text, which fits in the read buffer of 128 kB. 64 is a
    /// multiple of 8, the number of rows in one inference request of a submission.
    /// </summary>
    public const int UsualRows = 64;

    private readonly (int Start, int Length)[] _rows = new (int, int)[mostRows];
    private readonly byte[] _labels = new byte[mostRows];
    private byte[] _text = [];
    private byte[] _pixels = [];
    private KaggleCsvRow? _row;
    private long _firstLine;

    /// <summary>Number of CSV rows that the block contains, N; 0 before the block is filled.</summary>
    public int Rows { get; private set; }

    /// <summary>[N×784] bytes: the image of each row, row-major, 0 = paper, 255 = ink. Valid after <see cref="Parse"/>.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels.AsMemory(0, Rows * DigitImage.PixelCount);

    /// <summary>[N] labels of the rows, 0–9; 255 if the file has no labels. Valid after <see cref="Parse"/>.</summary>
    public ReadOnlySpan<byte> Labels => _labels.AsSpan(0, Rows);

    internal bool IsFull => Rows == mostRows;

    /// <summary>Parses the text of all rows into <see cref="Pixels"/> and <see cref="Labels"/>.</summary>
    /// <exception cref="CsvException">A row is invalid. The exception describes the first invalid row and contains its line number.</exception>
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

    /// <summary>Records the position of the reader's current line in the read buffer. The line becomes the next row of the block.</summary>
    internal void Add(CsvLineReader lines)
    {
        if (Rows == 0) _firstLine = lines.LineNumber;
        _rows[Rows++] = (lines.LineStart, lines.LineLength);
    }

    /// <summary>Takes over the reader's buffer, which contains the text of the rows. The reader gets this block's old buffer for the next lines.</summary>
    internal void Complete(CsvLineReader lines, KaggleCsvRow row) => (_text, _row) = (lines.HandOver(_text), row);
}
