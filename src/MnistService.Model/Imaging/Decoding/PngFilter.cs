namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Reverses PNG's five row filters (PNG specification, section 9.2) for pixels of at most 8 bits. For such pixels, the filters use the previous byte of the
/// row as the left neighbor.
/// </summary>
internal static class PngFilter
{
    /// <summary>Highest row filter type that PNG defines (Paeth). A PNG with a higher filter type is rejected as damaged.</summary>
    public const byte Last = 4;

    /// <summary>Unfilters a row in place.</summary>
    /// <param name="filter">PNG filter type, 0 to 4.</param>
    /// <param name="row">Filtered bytes of the row.</param>
    /// <param name="above">Previous row, unfiltered, at least as long as <paramref name="row"/>; zeros for the first row.</param>
    public static void Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above)
    {
        above = above[..row.Length];
        byte left = 0, corner = 0;
        switch (filter)
        {
            case 1:
                foreach (ref var value in row) left = value += left;
                break;
            case 2:
                for (var i = 0; i < row.Length; i++) row[i] += above[i];
                break;
            case 3:
                for (var i = 0; i < row.Length; i++) left = row[i] += (byte)((left + above[i]) / 2);
                break;
            case 4:
                for (var i = 0; i < row.Length; i++) (left, corner) = (row[i] += Paeth(left, above[i], corner), above[i]);
                break;
        }
    }

    private static byte Paeth(byte left, byte above, byte corner)
    {
        var (a, b, c) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - 2 * corner));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }
}
