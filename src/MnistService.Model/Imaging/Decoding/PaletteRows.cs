namespace MnistService.Model.Imaging.Decoding;

/// <summary>Undoes the filters of a palette PNG's rows, one after the other, to see that each index is in the palette.</summary>
internal sealed class PaletteRows(int rowBytes, int width, int bitDepth, int colours)
{
    private readonly byte[] _above = new byte[rowBytes]; // the row before, unfiltered; zeros before the first

    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The row's bytes, still filtered; unfiltered in place.</param>
    /// <exception cref="PictureException">An index is not in the palette.</exception>
    public void Check(byte filter, Span<byte> row)
    {
        PngFilter.Undo(filter, row, _above);
        row.CopyTo(_above);
        if (colours == 1 << bitDepth) return;
        for (var x = 0; x < width; x++)
        {
            var bit = x * bitDepth;
            var index = row[bit / 8] >> 8 - bitDepth - bit % 8 & (1 << bitDepth) - 1;
            if (index >= colours) throw new PictureException(PictureError.Unreadable, $"A pixel of the PNG has palette index {index}; the palette has {colours} colours.");
        }
    }
}
