namespace MnistService.Model.Datasets;

/// <summary>
/// Parses one CSV cell as an integer from 0 to 999; the caller checks the smaller range of a pixel or label. The number may be in quotes, may have spaces and
/// tabs around it, and may end in a fraction of zeros (<c>12.0</c>).
/// </summary>
internal static class CsvCell
{
    /// <summary>Parses the cell that starts at <paramref name="position"/>.</summary>
    /// <param name="line">One line without its line break.</param>
    /// <param name="position">
    /// In: index of the cell's first byte. Out: index of the comma after the cell, or the line's length for the last cell.
    /// </param>
    /// <returns>The value, 0–999; -1 if the cell is not an integer from 0 to 999.</returns>
    internal static int Read(ReadOnlySpan<byte> line, scoped ref int position)
    {
        var rest = line[position..];
        var length = rest.IndexOf((byte)',');
        if (length < 0) length = rest.Length;
        position += length;
        var cell = rest[..length].Trim(" \t"u8);
        if (cell is [(byte)'"', .. var inner, (byte)'"']) cell = inner.Trim(" \t"u8);
        var fraction = cell.IndexOf((byte)'.');
        if (fraction >= 0)
        {
            // Some tools write 12 as 12.0. Any other fraction is invalid, because a pixel is an integer.
            if (fraction + 1 == cell.Length || cell[(fraction + 1)..].ContainsAnyExcept((byte)'0')) return -1;
            cell = cell[..fraction];
        }
        if (cell.Length == 0) return -1;
        cell = cell.TrimStart((byte)'0');
        if (cell.Length > 3) return -1;
        var value = 0;
        foreach (var b in cell)
        {
            if (!char.IsAsciiDigit((char)b)) return -1;
            value = value * 10 + (b - '0');
        }
        return value;
    }
}
