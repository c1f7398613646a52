using System.Text;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Reference implementation (oracle) of the CSV rules: splits the whole text into lines, and returns the first error of a file, or its rows.</summary>
internal static class CsvReference
{
    internal sealed record Outcome(string? Code, long? Line, int? Column, byte[] Pixels, byte[] Labels);

    /// <param name="text">The file's text with a valid header.</param>
    /// <param name="options">Limits of line length and row count.</param>
    internal static Outcome Read(string text, KaggleCsvOptions options)
    {
        var lines = text.Split('\n');
        if (lines[^1].Length == 0) lines = lines[..^1];
        lines = [.. lines.Select(line => line.EndsWith('\r') ? line[..^1] : line)];
        var columns = lines[0].Split(',');
        var (pixels, labels, blank) = (new List<byte>(), new List<byte>(), 0);
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1];
            if (Encoding.UTF8.GetByteCount(line) > options.MaxLineBytes) return Error("csv_line_too_long", number);
            if (number == 1) continue;
            if (line.Trim(' ', '\t').Length == 0)
            {
                if (blank == 0) blank = number;
                continue;
            }
            if (blank > 0) return Error("csv_blank_line", blank);
            if (labels.Count == options.MaxRows) return Error("csv_too_many_rows", number);
            var cells = line.Split(',');
            if (cells.Length != columns.Length) return Error("csv_wrong_cell_count", number);
            var row = new byte[DigitImage.PixelCount];
            labels.Add(255);
            for (var column = 0; column < cells.Length; column++)
            {
                var isLabel = columns[column] == "label";
                if (!int.TryParse(cells[column], out var value) || cells[column][0] is '-' or '+' || value > (isLabel ? 9 : 255)) return Error("csv_bad_value", number, column + 1);
                if (isLabel) labels[^1] = (byte)value;
                else row[int.Parse(columns[column].AsSpan(5), null)] = (byte)value;
            }
            pixels.AddRange(row);
        }
        return new(null, null, null, [.. pixels], [.. labels]);

        static Outcome Error(string code, int line, int? column = null) => new(code, line, column, [], []);
    }
}
