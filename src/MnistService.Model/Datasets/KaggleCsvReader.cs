using System.Runtime.ExceptionServices;

namespace MnistService.Model.Datasets;

/// <summary>
/// Streaming reader of Kaggle's Digit Recognizer files. The header names the columns <c>pixel0 … pixel783</c> in any order, and optionally a <c>label</c>
/// column. A file without a header has 784 numbers per line. The reader splits the text into blocks of complete rows, which can be parsed in parallel. Before
/// parsing, the reader checks the length of each line, the number of rows, and blank lines.
/// </summary>
public sealed class KaggleCsvReader : IDisposable
{
    private readonly CsvLineReader _lines;
    private readonly long _maxRows;
    private KaggleCsvHeader? _header;
    private KaggleCsvRow? _row;
    private long _firstBlankLine;
    private ExceptionDispatchInfo? _failure; // thrown by the next call of ReadBlockAsync

    /// <param name="stream">UTF-8 text, which is read once. <see cref="Dispose"/> does not close the stream.</param>
    /// <param name="options">Limits on the number of rows and on the length of a line.</param>
    public KaggleCsvReader(Stream stream, KaggleCsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        (_lines, _maxRows) = (new CsvLineReader(stream, options.MaxLineBytes, options.BlockBytes), options.MaxRows);
    }

    /// <summary>Whether the file has a label column; <c>false</c> until <see cref="ReadHeaderAsync"/> has completed.</summary>
    public bool HasLabels => _header?.HasLabel ?? false;

    /// <summary>Number of rows of pixels read so far. The header does not count.</summary>
    public long Rows { get; private set; }

    /// <summary>Reads the header, or detects that there is none. Call this once, before <see cref="ReadBlockAsync"/>.</summary>
    /// <exception cref="CsvException">
    /// The file is empty, has only blank lines, is UTF-16, starts with a line that is too long, or does not start with a Digit Recognizer header or row.
    /// </exception>
    public async ValueTask ReadHeaderAsync(CancellationToken cancellation)
    {
        do
        {
            while (!_lines.TryNext())
            {
                if (_lines.Ended) throw Nothing();
                await _lines.FillAsync(cancellation);
            }
        }
        while (IsBlank(_lines.Line));
        _header = KaggleCsvHeader.Read(_lines.Line, _lines.LineNumber);
        if (_header is null) _lines.StepBack(); // no header: the line is the first row
        _header ??= KaggleCsvHeader.InOrder;
        _row = new KaggleCsvRow(_header);
    }

    /// <summary>Fills a block with the text of the next rows. The caller then calls <see cref="KaggleCsvBlock.Parse"/> on any thread.</summary>
    /// <param name="block">The block to fill. Rows from an earlier call are removed.</param>
    /// <param name="ended">
    /// Canceled when the caller needs no more rows. The token is checked before each read of the stream. It does not cancel a pending read: Kestrel would treat
    /// the request body as still being read, and could not send a response.
    /// </param>
    /// <param name="cancellation">Canceled when the client disconnects. This token also cancels a pending read of the stream.</param>
    /// <returns><c>false</c> at the end of the file; the block is then empty.</returns>
    /// <exception cref="CsvException">
    /// The file has a header but no row, has too many rows, has a line that is too long, or has a blank line between non-blank lines. Rows before the invalid
    /// line are returned first; the next call then throws. A caller that parses each block before it reads the next block gets the first error of the file.
    /// </exception>
    public async ValueTask<bool> ReadBlockAsync(KaggleCsvBlock block, CancellationToken ended, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (_row is null) throw new InvalidOperationException($"{nameof(ReadBlockAsync)} was called before {nameof(ReadHeaderAsync)}; "
            + $"call {nameof(ReadHeaderAsync)} first.");
        _failure?.Throw();
        block.Clear();
        try
        {
            while (!TryFill(block))
            {
                ended.ThrowIfCancellationRequested();
                await _lines.FillAsync(cancellation);
            }
        }
        catch (Exception e) when (block.Rows > 0 && e is not OperationCanceledException)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        if (block.Rows == 0)
        {
            return Rows > 0 ? false
                : throw new CsvException(CsvError.Content, "csv_no_rows", "The file has a header but no rows; expected at least one row of 784 pixels.");
        }
        block.Complete(_lines, _row);
        return true;
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>Adds the complete lines in the buffer to the block.</summary>
    /// <returns><c>false</c> if the block needs more lines: the caller must read more bytes and call this method again.</returns>
    private bool TryFill(KaggleCsvBlock block)
    {
        while (!block.IsFull && _lines.TryNext())
        {
            if (IsBlank(_lines.Line))
            {
                if (_firstBlankLine == 0) _firstBlankLine = _lines.LineNumber;
                continue;
            }
            if (_firstBlankLine > 0)
            {
                throw new CsvException(CsvError.Content, "csv_blank_line",
                    $"Line {_firstBlankLine} is blank and is followed by rows; the ids of these rows would shift. Blank lines are allowed only at the end.", _firstBlankLine);
            }
            if (Rows == _maxRows)
                throw new CsvException(CsvError.TooLarge, "csv_too_many_rows", $"The file has more than {_maxRows} rows: "
                    + $"line {_lines.LineNumber} exceeds this limit. Split the file.", _lines.LineNumber);
            Rows++;
            block.Add(_lines);
        }
        return block.IsFull || _lines.Ended || block.Rows > 0 && _lines.IsFull;
    }

    private CsvException Nothing() => _lines.BytesRead == 0
        ? new(CsvError.Empty, "csv_empty", "The body is empty; expected a CSV with 784 pixels per row.")
        : new(CsvError.Content, "csv_no_rows", "The file contains only blank lines; expected a header and rows of 784 pixels.");

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t"u8) < 0;
}

/// <summary>Limits on the CSV files that a <see cref="KaggleCsvReader"/> accepts.</summary>
public sealed record KaggleCsvOptions
{
    /// <summary>Maximum number of rows of pixels per file. The header does not count. A file with more rows is rejected.</summary>
    public long MaxRows { get; init; } = 1_000_000;

    /// <summary>
    /// Maximum bytes per line, without the line break. 785 quoted cells of three digits need about 4,700 bytes; the rest of the limit allows for spaces. The
    /// limit bounds the size of the read buffer, and therefore the memory for a file with one endless line.
    /// </summary>
    public int MaxLineBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Minimum size of the read buffer in bytes. The default has room for one block: 64 rows of Kaggle's MNIST files have about 117 kB of text.
    /// </summary>
    internal int BlockBytes { get; init; } = 128 * 1024;
}
