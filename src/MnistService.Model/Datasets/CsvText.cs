using System.Text;

namespace MnistService.Model.Datasets;

/// <summary>Converts cells to strings for headers and error messages. Each conversion allocates memory, so valid rows are parsed without this class.</summary>
internal static class CsvText
{
    private const int Longest = 24;

    /// <summary>
    /// Splits a line at its commas. Removes the spaces and tabs around each cell, then a pair of quotes, then the spaces and tabs inside the quotes.
    /// </summary>
    internal static List<string> Cells(ReadOnlySpan<byte> line)
    {
        var cells = new List<string>();
        foreach (var range in line.Split((byte)','))
        {
            var cell = line[range].Trim(" \t"u8);
            if (cell is [(byte)'"', .. var inner, (byte)'"']) cell = inner.Trim(" \t"u8);
            cells.Add(Encoding.UTF8.GetString(cell));
        }
        return cells;
    }

    /// <summary>
    /// Quotes a cell for error messages. Shows at most 24 characters, and an ellipsis if the cell is longer. Replaces characters outside printable ASCII by
    /// <c>\uXXXX</c>. For an empty cell, returns "an empty cell".
    /// </summary>
    internal static string Shown(string cell)
    {
        if (cell.Length == 0) return "an empty cell";
        var shown = new StringBuilder("'");
        foreach (var c in cell.AsSpan(0, Math.Min(cell.Length, Longest)))
            shown.Append(c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:x4}");
        return shown.Append(cell.Length > Longest ? "…'" : "'").ToString();
    }
}
