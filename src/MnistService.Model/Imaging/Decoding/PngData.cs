using System.Buffers;
using System.IO.Compression;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Validates the pixel data of a PNG by inflating the data once. The zlib stream must contain exactly the rows that the header declares. The filter types and
/// the palette indexes must be in range. For non-interlaced 8-bit grayscale, a common format of digits, the same pass stores the pixels.
/// </summary>
internal static class PngData
{
    private const int BufferBytes = 16 * 1024;

    /// <param name="data">Concatenated content of the IDAT chunks.</param>
    /// <param name="header">Header of the PNG. The caller must have checked the dimensions with <see cref="ImageSize.Check"/>.</param>
    /// <param name="colors">Number of palette entries; 0 if the pixels are not palette indexes.</param>
    /// <param name="gray">Receives the pixels of a non-interlaced 8-bit grayscale PNG; <c>null</c> to validate only.</param>
    /// <exception cref="ImageException">The data is damaged, too short or too long, or a filter type or palette index is out of range.</exception>
    public static unsafe void Read(ReadOnlySpan<byte> data, PngHeader header, int colors, Bitmap? gray)
    {
        // Check this first: an empty span has no address, and the stream below rejects a null pointer.
        if (data.IsEmpty)
            throw new ImageException(ImageError.Unreadable, "The PNG's IDAT chunks are empty; expected the compressed pixel data. Save the image again.");
        fixed (byte* start = data)
        {
            using var source = new UnmanagedMemoryStream(start, data.Length);
            using var inflated = new ZLibStream(source, CompressionMode.Decompress);
            try
            {
                foreach (var (width, height) in header.Passes()) ReadPass(inflated, header, width, height, colors, gray);
                // The rest of the data is not inflated, because its size can be gigabytes (decompression bomb).
                if (inflated.ReadByte() >= 0)
                    throw new ImageException(ImageError.Unreadable,
                        $"The PNG has more pixel data than its header declares ({header.Width}×{header.Height} pixels). Save the image again.");
            }
            catch (EndOfStreamException e)
            {
                throw new ImageException(ImageError.Unreadable,
                    $"The PNG has less pixel data than its header declares ({header.Width}×{header.Height} pixels). "
                        + "Send the complete file, or save the image again.", e);
            }
            catch (Exception e) when (e is InvalidDataException or IOException) // ZLibStream throws IOException if the stream requires a preset dictionary
            {
                throw new ImageException(ImageError.Unreadable, "The PNG's pixel data in the IDAT chunks is not a valid zlib stream. Save the image again.", e);
            }
        }
    }

    private static void ReadPass(ZLibStream inflated, PngHeader header, int width, int height, int colors, Bitmap? gray)
    {
        var row = 1 + (int)(((long)width * header.BitsPerPixel + 7) / 8);
        var rows = Math.Clamp(BufferBytes / row, 1, height);
        var buffer = ArrayPool<byte>.Shared.Rent(rows * row);
        var indices = colors > 0 ? new PaletteRows(row - 1, width, header.BitDepth, colors) : null;
        try
        {
            for (var y = 0; y < height; y += rows)
            {
                var block = buffer.AsSpan(0, Math.Min(rows, height - y) * row);
                inflated.ReadExactly(block);
                for (var (at, rowAt) = (0, y); at < block.Length; at += row, rowAt++)
                {
                    var filter = block[at];
                    var bytes = block.Slice(at + 1, row - 1);
                    if (filter > PngFilter.Last)
                        throw new ImageException(ImageError.Unreadable,
                            $"Row {rowAt} (from 0) of the PNG has filter type {filter}; expected 0 to 4. Save the image again.");
                    indices?.Check(filter, bytes, rowAt);
                    gray?.Add(filter, bytes, rowAt);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
