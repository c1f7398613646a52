using System.Text;

namespace MnistService.Model.Datasets;

/// <summary>Cells as text: for headers and error messages, not for the hot path.</summary>
internal static class CsvText
{
    private const int Longest = 24;

    /// <summary>The cells of a line without quotes and surrounding spaces.</summary>
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

    /// <summary>A client's text in quotes, short and printable: it can stand in an answer and in a log.</summary>
    internal static string Shown(string cell)
    {
        if (cell.Length == 0) return "an empty cell";
        var shown = new StringBuilder("'");
        foreach (var c in cell.AsSpan(0, Math.Min(cell.Length, Longest)))
            shown.Append(c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:x4}");
        return shown.Append(cell.Length > Longest ? "…'" : "'").ToString();
    }
}
