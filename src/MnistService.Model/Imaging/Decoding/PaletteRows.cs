namespace MnistService.Model.Imaging.Decoding;

/// <summary>Unfilters the rows of a palette PNG in order, and checks that each palette index is in range.</summary>
internal sealed class PaletteRows(int rowBytes, int width, int bitDepth, int colors)
{
    private readonly byte[] _above = new byte[rowBytes]; // the previous row, unfiltered; zeros before the first row

    /// <param name="filter">PNG filter type, 0 to 4.</param>
    /// <param name="row">Filtered bytes of the next row. Replaced by the unfiltered bytes.</param>
    /// <param name="y">Index of the row, from 0, for the error message.</param>
    /// <exception cref="ImageException">A palette index is out of range.</exception>
    public void Check(byte filter, Span<byte> row, int y)
    {
        PngFilter.Undo(filter, row, _above);
        row.CopyTo(_above);
        if (colors == 1 << bitDepth) return;
        for (var x = 0; x < width; x++)
        {
            var bit = x * bitDepth;
            var index = row[bit / 8] >> 8 - bitDepth - bit % 8 & (1 << bitDepth) - 1;
            if (index >= colors) throw new ImageException(ImageError.Unreadable, $"Pixel {x} of row {y} (from 0) of the PNG has palette index {index}; "
                + $"expected 0 to {colors - 1}. Save the image again.");
        }
    }
}
