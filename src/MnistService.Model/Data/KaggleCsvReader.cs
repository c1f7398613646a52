using MnistService.Model.Imaging;

namespace MnistService.Model.Data;

/// <summary>
/// Reads Kaggle's Digit Recognizer files as a stream: a header <c>pixel0 … pixel783</c> in any order, perhaps with a
/// <c>label</c>, or no header and 784 numbers a line. Holds one buffer of two lines, never the text.
/// </summary>
public sealed class KaggleCsvReader
{
    private const byte NoLabel = 255;

    private readonly CsvLineReader _lines;
    private readonly long _maxRows;
    private KaggleCsvHeader? _header;
    private bool _rowIsWaiting; // the first line was a row: it is still in the line reader
    private long _firstBlankLine;

    /// <param name="stream">UTF-8 text; read once, left open.</param>
    /// <param name="options">Bounds.</param>
    public KaggleCsvReader(Stream stream, KaggleCsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        (_lines, _maxRows) = (new CsvLineReader(stream, options.MaxLineBytes), options.MaxRows);
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
            if (!await _lines.NextAsync(cancellation))
            {
                throw _lines.BytesRead == 0
                    ? new CsvException(CsvError.Empty, "csv_empty", "The body is empty; expected a CSV of 784 pixels a row.")
                    : new CsvException(CsvError.Content, "csv_no_rows", "The file holds only blank lines; expected a header and rows of 784 pixels.");
            }
        }
        while (IsBlank(_lines.Line));
        _header = KaggleCsvHeader.Read(_lines.Line, _lines.LineNumber);
        _rowIsWaiting = _header is null;
        _header ??= KaggleCsvHeader.InOrder;
    }

    /// <summary>Fills as many rows as there is room for.</summary>
    /// <param name="pixels">[N×784], filled with the rows' pixels in MNIST's order.</param>
    /// <param name="labels">[N], filled with the labels when <see cref="HasLabels"/>.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Rows filled: N, or fewer at the end of the file.</returns>
    /// <exception cref="CsvException">A row is wrong; the message names line and column.</exception>
    public async ValueTask<int> ReadRowsAsync(Memory<byte> pixels, Memory<byte> labels, CancellationToken cancellation)
    {
        if (_header is null) throw new InvalidOperationException($"{nameof(ReadHeaderAsync)} comes first.");
        var capacity = pixels.Length / DigitImage.PixelCount;
        for (var row = 0; row < capacity;)
        {
            row += ReadBuffered(pixels.Span[(row * DigitImage.PixelCount)..], labels.Span[row..]);
            if (row == capacity) return row;
            if (!await _lines.NextAsync(cancellation))
            {
                if (Rows == 0) throw new CsvException(CsvError.Content, "csv_no_rows", "The file has a header and no row.");
                return row;
            }
            _rowIsWaiting = true;
        }
        return capacity;
    }

    /// <summary>The hot loop: rows that are wholly in the buffer, without a task.</summary>
    private int ReadBuffered(Span<byte> pixels, Span<byte> labels)
    {
        var row = 0;
        while (row * DigitImage.PixelCount < pixels.Length)
        {
            if (!_rowIsWaiting && !_lines.TryNext()) break;
            _rowIsWaiting = false;
            var line = _lines.Line;
            if (IsBlank(line))
            {
                if (_firstBlankLine == 0) _firstBlankLine = _lines.LineNumber;
                continue;
            }
            if (_firstBlankLine > 0)
            {
                throw new CsvException(CsvError.Content, "csv_blank_line",
                    $"Line {_firstBlankLine} is blank and rows follow it; the ids would shift. Blank lines may stand at the end only.", _firstBlankLine);
            }
            if (++Rows > _maxRows)
                throw new CsvException(CsvError.TooLarge, "csv_too_many_rows", $"The file has more than {_maxRows} rows.", _lines.LineNumber);
            labels[row] = ReadRow(line, pixels.Slice(row * DigitImage.PixelCount, DigitImage.PixelCount));
            row++;
        }
        return row;
    }

    /// <returns>The label, or 255 when the file has none.</returns>
    private byte ReadRow(ReadOnlySpan<byte> line, Span<byte> pixels)
    {
        var targets = _header!.Targets;
        if (_header.IsPlain && TryReadPlain(line, pixels)) return NoLabel;
        var label = NoLabel;
        var (column, position) = (0, 0);
        while (true)
        {
            var value = CsvCell.Read(line, ref position);
            if (column < targets.Length)
            {
                var target = targets[column];
                var most = target == KaggleCsvHeader.Label ? 9 : 255;
                if (value < 0 || value > most) throw BadValue(line, column, target);
                if (target == KaggleCsvHeader.Label) label = (byte)value;
                else pixels[target] = (byte)value;
            }
            column++;
            if (position >= line.Length) break;
            position++; // the comma
            if (position == line.Length)
            {
                column++; // a comma at the end opens one more, empty cell
                if (column <= targets.Length) throw BadValue(line, column - 1, targets[column - 1]);
                break;
            }
        }
        return column == targets.Length ? label : throw WrongCount(line, column, targets.Length);
    }

    /// <summary>
    /// 784 bare numbers in order, which is what nearly every line is: no quotes, spaces or fractions. One pass over the bytes;
    /// anything else is left to the careful loop, which also knows what to say about it.
    /// </summary>
    private static bool TryReadPlain(ReadOnlySpan<byte> line, Span<byte> pixels)
    {
        var (pixel, value, digits) = (0, 0, 0);
        foreach (var b in line)
        {
            var digit = b - '0';
            if ((uint)digit <= 9)
            {
                value = value * 10 + digit;
                if (++digits > 3) return false;
            }
            else
            {
                if (b != ',' || digits == 0 || value > 255 || pixel >= pixels.Length - 1) return false;
                pixels[pixel++] = (byte)value;
                (value, digits) = (0, 0);
            }
        }
        if (digits == 0 || value > 255 || pixel != pixels.Length - 1) return false;
        pixels[pixel] = (byte)value;
        return true;
    }

    private CsvException BadValue(ReadOnlySpan<byte> line, int column, int target)
    {
        var cells = CsvText.Cells(line);
        // A wrong separator or a row cut short is said as such, not as a bad value in its last cell.
        if (cells.Count != _header!.Targets.Length) return WrongCount(line, cells.Count, _header.Targets.Length);
        var (name, expected) = target == KaggleCsvHeader.Label ? ("label", "a digit 0–9") : ($"pixel{target}", "an integer 0–255");
        return new(CsvError.Content, "csv_bad_value",
            $"Line {_lines.LineNumber}, column {column + 1} ({name}): found {CsvText.Shown(cells[column])}, expected {expected}.", _lines.LineNumber, column + 1);
    }

    private CsvException WrongCount(ReadOnlySpan<byte> line, int found, int expected)
    {
        var separator = found == 1 && line.Contains((byte)';') ? " It is separated by semicolons; expected commas."
            : found == 1 && line.Contains((byte)'\t') ? " It is separated by tabs; expected commas." : "";
        return new(CsvError.Content, "csv_wrong_cell_count", $"Line {_lines.LineNumber} has {found} cells, expected {expected}.{separator}", _lines.LineNumber);
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t"u8) < 0;
}
