using System.Runtime.ExceptionServices;

namespace MnistService.Model.Datasets;

/// <summary>
/// Reads Kaggle's Digit Recognizer files as a stream: a header <c>pixel0 … pixel783</c> in any order, perhaps with a
/// <c>label</c>, or no header and 784 numbers a line. It cuts the text into blocks of whole rows, which can be parsed side by
/// side; what concerns lines (their length, number and order, blank ones) is settled here, in the order of the file.
/// </summary>
public sealed class KaggleCsvReader : IDisposable
{
    private readonly CsvLineReader _lines;
    private readonly long _maxRows;
    private KaggleCsvHeader? _header;
    private KaggleCsvRow? _row;
    private long _firstBlankLine;
    private ExceptionDispatchInfo? _failure; // behind the rows of the last block

    /// <param name="stream">UTF-8 text; read once, left open.</param>
    /// <param name="options">Bounds.</param>
    public KaggleCsvReader(Stream stream, KaggleCsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        (_lines, _maxRows) = (new CsvLineReader(stream, options.MaxLineBytes, options.BlockBytes), options.MaxRows);
    }

    /// <summary>Whether the rows carry labels; known after <see cref="ReadHeaderAsync"/>.</summary>
    public bool HasLabels => _header?.HasLabel ?? false;

    /// <summary>Rows read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Reads up to the first row. Call once, first.</summary>
    /// <exception cref="CsvException">There is no header and no row, or the header is not of such a file.</exception>
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
        if (_header is null) _lines.StepBack(); // it was a row
        _header ??= KaggleCsvHeader.InOrder;
        _row = new KaggleCsvRow(_header);
    }

    /// <summary>Fills a block with the next rows, as text: <see cref="KaggleCsvBlock.Parse"/> is the caller's, on any thread.</summary>
    /// <param name="block">Its former rows go.</param>
    /// <param name="ended">Looked at before each read of the stream, which is not disturbed: a web server does not forgive that.</param>
    /// <param name="cancellation">Ends the reading at once.</param>
    /// <returns>False at the end of the file; the block is then empty.</returns>
    /// <exception cref="CsvException">
    /// There are too many rows, a line is too long, or a blank one stands among them. It is thrown once the rows before that
    /// line were given, so that whoever parses a block before asking for the next meets the file's first error first.
    /// </exception>
    public async ValueTask<bool> ReadBlockAsync(KaggleCsvBlock block, CancellationToken ended, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (_row is null) throw new InvalidOperationException($"{nameof(ReadHeaderAsync)} comes first.");
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
        if (block.Rows == 0) return Rows > 0 ? false : throw new CsvException(CsvError.Content, "csv_no_rows", "The file has a header and no row.");
        block.Complete(_lines, _row);
        return true;
    }

    public void Dispose() => _lines.Dispose();

    /// <returns>False when more has to be read: the block has room, and so has the buffer or it holds none of the block's rows.</returns>
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
                    $"Line {_firstBlankLine} is blank and rows follow it; the ids would shift. Blank lines may stand at the end only.", _firstBlankLine);
            }
            if (Rows == _maxRows)
                throw new CsvException(CsvError.TooLarge, "csv_too_many_rows", $"The file has more than {_maxRows} rows.", _lines.LineNumber);
            Rows++;
            block.Add(_lines);
        }
        return block.IsFull || _lines.Ended || block.Rows > 0 && _lines.IsFull;
    }

    private CsvException Nothing() => _lines.BytesRead == 0
        ? new(CsvError.Empty, "csv_empty", "The body is empty; expected a CSV of 784 pixels a row.")
        : new(CsvError.Content, "csv_no_rows", "The file holds only blank lines; expected a header and rows of 784 pixels.");

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t"u8) < 0;
}
