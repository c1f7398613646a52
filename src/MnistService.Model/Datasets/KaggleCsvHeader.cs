using System.Globalization;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>Which cell of a line is which pixel.</summary>
internal sealed class KaggleCsvHeader
{
    /// <summary>In <see cref="Targets"/>: the cell is the label.</summary>
    internal const int Label = DigitImage.PixelCount;

    private static readonly int[] InTheirOrder = [.. Enumerable.Range(0, DigitImage.PixelCount)]; // before InOrder, which needs it

    private KaggleCsvHeader(int[] targets)
    {
        Targets = targets;
        HasLabel = targets.Contains(Label);
        IsPlain = targets.SequenceEqual(InTheirOrder);
        IsPlainAfterLabel = targets[0] == Label && targets.AsSpan(1).SequenceEqual(InTheirOrder);
    }

    /// <summary>For each cell, the pixel 0–783 that it holds, or <see cref="Label"/>.</summary>
    internal int[] Targets { get; }

    internal bool HasLabel { get; }

    /// <summary>True when the cells are the pixels in order: they can be written straight to the picture.</summary>
    internal bool IsPlain { get; }

    /// <summary>True when the first cell is the label and the others are the pixels in order, as in Kaggle's train.csv.</summary>
    internal bool IsPlainAfterLabel { get; }

    /// <summary>For files without a header: 784 pixels in order.</summary>
    internal static KaggleCsvHeader InOrder { get; } = new(InTheirOrder);

    /// <summary>Reads the first line that is not blank.</summary>
    /// <returns>Null when it is not a header but already a row.</returns>
    /// <exception cref="CsvException">It is a header, but not of a Digit Recognizer file.</exception>
    internal static KaggleCsvHeader? Read(ReadOnlySpan<byte> line, long lineNumber)
    {
        var cells = CsvText.Cells(line);
        if (cells.Count > 1 && cells.All(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            if (cells.Count == DigitImage.PixelCount) return null;
            var hint = cells.Count == DigitImage.PixelCount + 1 ? " With labels a header is needed, to say which column they are." : "";
            throw Error("csv_bad_header", lineNumber, $"Line {lineNumber} has {cells.Count} numbers and no header; a file without a header has {DigitImage.PixelCount} columns.{hint}");
        }
        if (cells.Count == 1) throw Separator(line, lineNumber, cells[0]);
        var targets = new int[cells.Count];
        var seen = new bool[DigitImage.PixelCount + 1];
        var (duplicate, extra) = (new List<string>(), new List<string>());
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = Target(cells[i]);
            if (targets[i] < 0) extra.Add(CsvText.Shown(cells[i]));
            else if (seen[targets[i]]) duplicate.Add(CsvText.Shown(cells[i]));
            else seen[targets[i]] = true;
        }
        var missing = Enumerable.Range(0, DigitImage.PixelCount).Where(p => !seen[p]).Select(p => $"pixel{p}").ToList();
        if (missing.Count + duplicate.Count + extra.Count > 0)
        {
            var parts = new[] { Part("missing", missing), Part("twice", duplicate), Part("not expected", extra) };
            throw Error("csv_bad_header", lineNumber,
                $"The header (line {lineNumber}) does not name pixel0 to pixel783 once each, and at most one label: {string.Join("; ", parts.Where(p => p.Length > 0))}.");
        }
        return new(targets);
    }

    private static int Target(string cell)
    {
        if (cell.Equals("label", StringComparison.OrdinalIgnoreCase)) return Label;
        return cell.StartsWith("pixel", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(cell.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var pixel) && pixel < DigitImage.PixelCount
            ? pixel
            : -1;
    }

    private static CsvException Separator(ReadOnlySpan<byte> line, long lineNumber, string cell)
    {
        var found = line.Contains((byte)';') ? "semicolons" : line.Contains((byte)'\t') ? "tabs" : null;
        return found is not null
            ? Error("csv_separator", lineNumber, $"Line {lineNumber} is separated by {found}; expected commas.")
            : Error("csv_bad_header", lineNumber, $"Line {lineNumber} has one cell, {CsvText.Shown(cell)}; expected a header pixel0,…,pixel783 or {DigitImage.PixelCount} numbers.");
    }

    private static string Part(string what, List<string> names) => names.Count switch
    {
        0 => "",
        <= 5 => $"{what}: {string.Join(", ", names)}",
        _ => $"{what}: {string.Join(", ", names.Take(5))} and {names.Count - 5} more",
    };

    private static CsvException Error(string code, long line, string message) => new(CsvError.Content, code, message, line);
}
