namespace MnistService.Model.Datasets;

/// <summary>From one row's text to its pixels and label, by what the header says. Knows what is wrong with a row.</summary>
/// <remarks>Changes nothing but what it fills: rows can be read on any number of threads.</remarks>
internal sealed class KaggleCsvRow(KaggleCsvHeader header)
{
    private const byte NoLabel = 255;

    private readonly int[] _targets = header.Targets;

    /// <param name="text">Holds the row with as much around it as <see cref="PlainCsvRow"/> asks for.</param>
    /// <param name="start">Of the row in it.</param>
    /// <param name="length">Of the row, without the line's end.</param>
    /// <param name="lineNumber">For what is said about it.</param>
    /// <param name="pixels">[784], filled in MNIST's order.</param>
    /// <returns>The label, or 255 when the file has none.</returns>
    /// <exception cref="CsvException">The row is wrong; the message names line and column.</exception>
    internal byte Read(ReadOnlySpan<byte> text, int start, int length, long lineNumber, Span<byte> pixels)
    {
        if (header.IsPlain && PlainCsvRow.TryRead(text, start, length, pixels)) return NoLabel;
        var line = text.Slice(start, length);
        if (header.IsPlainAfterLabel && line is [>= (byte)'0' and <= (byte)'9' and var label, (byte)',', ..]
            && PlainCsvRow.TryRead(text, start + 2, length - 2, pixels)) return (byte)(label - '0');
        return ReadCarefully(line, lineNumber, pixels);
    }

    /// <summary>Cell by cell: reads every row that is right, however it is written, and says what is wrong with the others.</summary>
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
            position++; // the comma
            if (position == line.Length)
            {
                column++; // a comma at the end opens one more, empty cell
                if (column <= _targets.Length) throw BadValue(line, lineNumber, column - 1, _targets[column - 1]);
                break;
            }
        }
        return column == _targets.Length ? label : throw WrongCount(line, lineNumber, column);
    }

    private CsvException BadValue(ReadOnlySpan<byte> line, long lineNumber, int column, int target)
    {
        var cells = CsvText.Cells(line);
        // A wrong separator or a row cut short is said as such, not as a bad value in its last cell.
        if (cells.Count != _targets.Length) return WrongCount(line, lineNumber, cells.Count);
        var (name, expected) = target == KaggleCsvHeader.Label ? ("label", "a digit 0–9") : ($"pixel{target}", "an integer 0–255");
        return new(CsvError.Content, "csv_bad_value",
            $"Line {lineNumber}, column {column + 1} ({name}): found {CsvText.Shown(cells[column])}, expected {expected}.", lineNumber, column + 1);
    }

    private CsvException WrongCount(ReadOnlySpan<byte> line, long lineNumber, int found)
    {
        var separator = found == 1 && line.Contains((byte)';') ? " It is separated by semicolons; expected commas."
            : found == 1 && line.Contains((byte)'\t') ? " It is separated by tabs; expected commas." : "";
        return new(CsvError.Content, "csv_wrong_cell_count", $"Line {lineNumber} has {found} cells, expected {_targets.Length}.{separator}", lineNumber);
    }
}
