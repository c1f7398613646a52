using System.Globalization;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>The header line of a CSV file of Kaggle's Digit Recognizer competition. Maps each column to a pixel or to the label.</summary>
internal sealed class KaggleCsvHeader
{
    /// <summary>Element of <see cref="Targets"/> for the label column. Pixels have the indexes 0 to 783, so 784 is free.</summary>
    internal const int Label = DigitImage.PixelCount;

    private static readonly int[] InTheirOrder = [.. Enumerable.Range(0, DigitImage.PixelCount)]; // declared before InOrder, whose initializer reads it

    private KaggleCsvHeader(int[] targets)
    {
        Targets = targets;
        HasLabel = targets.Contains(Label);
        IsPlain = targets.SequenceEqual(InTheirOrder);
        IsPlainAfterLabel = targets[0] == Label && targets.AsSpan(1).SequenceEqual(InTheirOrder);
    }

    /// <summary>One element per column of the CSV file: the index of the column's pixel, 0–783, or <see cref="Label"/> for the label column.</summary>
    internal int[] Targets { get; }

    internal bool HasLabel { get; }

    /// <summary>Whether the columns are exactly the 784 pixels in order, as in Kaggle's test.csv.</summary>
    internal bool IsPlain { get; }

    /// <summary>Whether the first column is the label and the other columns are the 784 pixels in order, as in Kaggle's train.csv.</summary>
    internal bool IsPlainAfterLabel { get; }

    /// <summary>The header that is assumed for a file without a header: 784 pixels in order, and no label.</summary>
    internal static KaggleCsvHeader InOrder { get; } = new(InTheirOrder);

    /// <summary>Parses the first non-blank line of a file as the header.</summary>
    /// <returns>The header; <c>null</c> if the line has 784 numbers and is therefore a row of a file without a header.</returns>
    /// <exception cref="CsvException">The line is neither the header of a Digit Recognizer file nor a row of 784 numbers.</exception>
    internal static KaggleCsvHeader? Read(ReadOnlySpan<byte> line, long lineNumber)
    {
        var cells = CsvText.Cells(line);
        if (cells.Count > 1 && cells.All(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            if (cells.Count == DigitImage.PixelCount) return null;
            var hint = cells.Count == DigitImage.PixelCount + 1 ? " A file with labels needs a header that names the label column." : "";
            throw Error("csv_bad_header", lineNumber, $"Line {lineNumber} has {cells.Count} numbers and is not a header; expected a header, or {DigitImage.PixelCount} numbers if the file has no header.{hint}");
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
            var parts = new[] { Part("missing", missing), Part("duplicate", duplicate), Part("unexpected", extra) };
            throw Error("csv_bad_header", lineNumber,
                $"The header (line {lineNumber}) must name pixel0 to pixel783 exactly once and at most one label; {string.Join("; ", parts.Where(p => p.Length > 0))}.");
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
