using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Checks the structure of a GIF up to the end of its first image, without decoding the pixels (GIF89a specification, sections 17 to 22).</summary>
internal static class GifFile
{
    private const int HeaderBytes = 13, DescriptorBytes = 10;
    private const byte Extension = 0x21, ImageSeparator = 0x2C;

    /// <exception cref="ImageException">The GIF is damaged or truncated, has no image, or has a size outside the limits.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        var at = FindImage(bytes) ?? throw Damaged(bytes, "its first image");
        if (at > bytes.Length - DescriptorBytes) throw Damaged(bytes, "the size of its first image");
        var (width, height) = SizeWith(bytes, at);
        ImageSize.Check(width, height, maxPixels);
        var table = TableBytes(bytes[at + 9]);
        // The byte before the first data sub-block is the LZW minimum code size.
        if (EndOfBlocks(bytes, at + DescriptorBytes + table + 1) is null) throw Damaged(bytes, "the end of its first image");
    }

    /// <returns>Width and height in pixels of the area that the decoder allocates; <c>null</c> if the GIF has no complete image descriptor.</returns>
    public static (long Width, long Height)? TryReadSize(ReadOnlySpan<byte> bytes) =>
        FindImage(bytes) is { } at && at <= bytes.Length - DescriptorBytes ? SizeWith(bytes, at) : null;

    /// <summary>
    /// Returns the size in pixels of the GIF's logical screen, enlarged to hold the image whose descriptor is at offset <paramref name="at"/>.
    /// </summary>
    private static (long Width, long Height) SizeWith(ReadOnlySpan<byte> bytes, int at) =>
        (Math.Max(Word(bytes[6..]), Word(bytes[(at + 1)..]) + Word(bytes[(at + 5)..])), Math.Max(Word(bytes[8..]), Word(bytes[(at + 3)..]) + Word(bytes[(at + 7)..])));

    /// <returns>Offset of the first image descriptor; <c>null</c> if the file ends, or has an unknown block, before the first image descriptor.</returns>
    private static int? FindImage(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) return null;
        int? at = HeaderBytes + TableBytes(bytes[10]);
        while (at < bytes.Length - 1)
        {
            if (bytes[at.Value] == ImageSeparator) return at;
            if (bytes[at.Value] != Extension) return null;
            at = EndOfBlocks(bytes, at.Value + 2);
        }
        return null;
    }

    /// <returns>Offset after a sequence of data sub-blocks and its terminator; <c>null</c> if the file ends before the terminator.</returns>
    private static int? EndOfBlocks(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            if (bytes[at] == 0) return at + 1;
            at += bytes[at] + 1;
        }
        return null;
    }

    /// <summary>Returns the length in bytes of the color table that follows a screen or image descriptor; 0 if there is no color table.</summary>
    /// <param name="flags">Packed field of the descriptor: whether there is a color table, and its size.</param>
    private static int TableBytes(byte flags) => (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;

    private static int Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static ImageException Damaged(ReadOnlySpan<byte> bytes, string what) => new(ImageError.Unreadable,
        $"The GIF ends at byte {bytes.Length}, or is damaged, before {what}. Send the complete file, or save the image as a PNG.");
}
