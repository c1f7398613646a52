namespace MnistService.Model.Datasets;

/// <summary>Parses one CSV row into pixels and a label, in the column order of the header. Throws <see cref="CsvException"/> for an invalid row.</summary>
/// <remarks>Immutable; any number of threads can use one instance.</remarks>
internal sealed class KaggleCsvRow(KaggleCsvHeader header)
{
    private const byte NoLabel = 255;

    private readonly int[] _targets = header.Targets;

    /// <param name="text">
    /// Buffer with the row, <see cref="PlainCsvRow.Lead"/> readable bytes before it and <see cref="PlainCsvRow.Slack"/> readable bytes after it.
    /// </param>
    /// <param name="start">Index of the row's first byte in <paramref name="text"/>.</param>
    /// <param name="length">Length of the row in bytes, without the line break.</param>
    /// <param name="lineNumber">Line number in the file, from 1, for error messages.</param>
    /// <param name="pixels">[784] receives the image's pixels, row-major.</param>
    /// <returns>The label 0–9; 255 if the file has no labels.</returns>
    /// <exception cref="CsvException">The row is invalid. The message names the line and, for a bad value, the column.</exception>
    internal byte Read(ReadOnlySpan<byte> text, int start, int length, long lineNumber, Span<byte> pixels)
    {
        if (header.IsPlain && PlainCsvRow.TryRead(text, start, length, pixels)) return NoLabel;
        var line = text.Slice(start, length);
        if (header.IsPlainAfterLabel && line is [>= (byte)'0' and <= (byte)'9' and var label, (byte)',', ..]
            && PlainCsvRow.TryRead(text, start + 2, length - 2, pixels)) return (byte)(label - '0');
        return ReadCarefully(line, lineNumber, pixels);
    }

    /// <summary>
    /// Slow path. Parses the row cell by cell, accepts quotes, spaces, tabs and a fraction of zeros (<c>12.0</c>), and reports the column of a bad value.
    /// </summary>
    /// <returns>The label 0–9; 255 if the file has no labels.</returns>
    internal byte ReadCarefully(ReadOnlySpan<byte> line, long lineNumber, Span<byte> pixels)
    {
        var label = NoLabel;
        var (column, position) = (0, 0);
        while (true)
        {
            var value = CsvCell.Read(line, ref position);
            if (column < _targets.Length)
            {
                var target = _targets[column];
                var most = target == KaggleCsvHeader.Label ? 9 : 255;
                if (value < 0 || value > most) throw BadValue(line, lineNumber, column, target);
                if (target == KaggleCsvHeader.Label) label = (byte)value;
                else pixels[target] = (byte)value;
            }
            column++;
            if (position >= line.Length) break;
            position++; // skips the comma
            if (position == line.Length)
            {
                column++; // a trailing comma starts one more, empty cell
                if (column <= _targets.Length) throw BadValue(line, lineNumber, column - 1, _targets[column - 1]);
                break;
            }
        }
        return column == _targets.Length ? label : throw WrongCount(line, lineNumber, column);
    }

    private CsvException BadValue(ReadOnlySpan<byte> line, long lineNumber, int column, int target)
    {
        var cells = CsvText.Cells(line);
        // A wrong separator or a truncated row also results in an invalid cell. The wrong number of cells is the clearer error.
        if (cells.Count != _targets.Length) return WrongCount(line, lineNumber, cells.Count);
        var (name, expected) = target == KaggleCsvHeader.Label ? ("label", "a digit 0–9") : ($"pixel{target}", "an integer 0–255");
        return new(CsvError.Content, "csv_bad_value",
            $"Line {lineNumber}, column {column + 1} ({name}): found {CsvText.Shown(cells[column])}, expected {expected}.", lineNumber, column + 1);
    }

    private CsvException WrongCount(ReadOnlySpan<byte> line, long lineNumber, int found)
    {
        var separator = found == 1 && line.Contains((byte)';') ? " The cells are separated by semicolons; expected commas."
            : found == 1 && line.Contains((byte)'\t') ? " The cells are separated by tabs; expected commas." : "";
        return new(CsvError.Content, "csv_wrong_cell_count", $"Line {lineNumber} has {found} cells, expected {_targets.Length}.{separator}", lineNumber);
    }
}
