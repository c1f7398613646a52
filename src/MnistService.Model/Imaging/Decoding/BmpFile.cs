using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Checks the headers (BITMAPFILEHEADER, then BITMAPCOREHEADER, BITMAPINFOHEADER or a successor) and the length of a BMP without decoding the pixels.
/// </summary>
internal static class BmpFile
{
    private const int FileHeader = 14, CoreHeader = 12, InfoHeader = 40, LongestHeader = 124;
    private const uint Plain = 0, Rle8 = 1, Rle4 = 2, Masks = 3, AlphaMasks = 6; // values of the field biCompression

    /// <exception cref="ImageException">The BMP is damaged or truncated, is of an unsupported variant, or has a size outside the limits.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        if (bytes.Length >= FileHeader + CoreHeader && Number(bytes[FileHeader..]) is var header and not CoreHeader and (< InfoHeader or > LongestHeader))
            throw Damaged($"has a header of {header} bytes; expected {CoreHeader}, or {InfoHeader} to {LongestHeader}");
        if (TryReadSize(bytes) is not { } size) throw Damaged($"ends at byte {bytes.Length}, before the end of its headers");
        ImageSize.Check(size.Width, size.Height, maxPixels);
        var isCore = Number(bytes[FileHeader..]) == CoreHeader;
        int bits = Word(bytes[(isCore ? 24 : 28)..]);
        if (bits is not (1 or 2 or 4 or 8 or 16 or 24 or 32)) throw Damaged($"has {bits} bits per pixel; expected 1, 2, 4, 8, 16, 24 or 32");
        var compression = isCore ? Plain : Number(bytes[30..]);
        if (compression is Rle8 or Rle4) return; // the decoder detects a truncated run-length encoding
        if (compression is not (Plain or Masks or AlphaMasks)) throw Damaged($"has compression {compression}; expected 0 (none), 1 or 2 (run lengths), 3 or 6 (masks)");
        var end = Number(bytes[10..]) + (size.Width * bits + 31) / 32 * 4 * size.Height; // each row is padded to a multiple of four bytes
        if (end > bytes.Length) throw Damaged($"ends at byte {bytes.Length}; expected {end} bytes, including the pixels");
    }

    /// <returns>Width and height in pixels; <c>null</c> if the headers are incomplete, or if the length of a header is not valid for a BMP.</returns>
    public static (long Width, long Height)? TryReadSize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FileHeader + CoreHeader) return null;
        var header = Number(bytes[FileHeader..]);
        if (header == CoreHeader) return (Word(bytes[18..]), Word(bytes[20..]));
        if (header is < InfoHeader or > LongestHeader || bytes.Length < FileHeader + header) return null;
        // A negative height means that the rows are stored from top to bottom.
        return ((int)Number(bytes[18..]), Math.Abs((long)(int)Number(bytes[22..])));
    }

    private static ushort Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ImageException Damaged(string what) => new(ImageError.Unreadable, $"The BMP {what}. Send the complete file, or save the image as a PNG.");
}
