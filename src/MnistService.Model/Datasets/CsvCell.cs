namespace MnistService.Model.Datasets;

/// <summary>Reads one cell as a small integer: digits, perhaps with a fraction of zeros, in quotes or among spaces.</summary>
internal static class CsvCell
{
    /// <param name="line">A line without its end.</param>
    /// <param name="position">Of the cell's first byte; moved to the comma after it, or to the end of the line.</param>
    /// <returns>The value, or -1 when the cell is not such a number or is above 999.</returns>
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
            // 12.0 is how some tools write 12; 12.5 is not a pixel.
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
