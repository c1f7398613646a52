using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Checks a JPEG without decoding it: the dimensions, the number of scans, and whether the file is complete.</summary>
internal static class JpegHeader
{
    /// <summary>
    /// Maximum number of scans in a JPEG. The default of libjpeg for a progressive JPEG is 10 scans. Decoding makes one pass over all pixels per scan, so a file
    /// with thousands of scans is a denial-of-service attack.
    /// </summary>
    private const int MaxScans = 64;

    private const byte StartOfScan = 0xDA, EndOfImage = 0xD9;

    /// <exception cref="ImageException">
    /// The JPEG has no frame header, a size that <see cref="ImageSize"/> rejects, more than 64 scans, or no end-of-image marker after its last scan.
    /// </exception>
    public static void Check(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        var frame = FrameHeader(bytes);
        ImageSize.Check(BinaryPrimitives.ReadUInt16BigEndian(frame[5..]), BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), maxPixels);
        // Pixel data cannot contain the start-of-scan marker, because 0xFF is followed there by 0 or a restart marker. Metadata may contain the two bytes of the
        // marker by chance; they are then counted as a scan.
        var scans = bytes.Count<byte>([0xFF, StartOfScan]);
        if (scans > MaxScans) throw new ImageException(ImageError.Unreadable, $"The JPEG has {scans} scans; at most {MaxScans} are allowed.");
        // For a JPEG truncated between two scans, the decoder would return a blurred bitmap without an error.
        if (bytes.LastIndexOf<byte>([0xFF, EndOfImage]) < bytes.LastIndexOf<byte>([0xFF, StartOfScan]))
            throw new ImageException(ImageError.Unreadable, $"The JPEG ends at byte {bytes.Length}, before its end-of-image marker.");
    }

    /// <summary>Finds the frame header, which starts with length (2 bytes), precision (1), height (2) and width (2).</summary>
    /// <returns>Range of the frame header; <c>null</c> if the bytes are not a JPEG or have no frame header before the pixel data.</returns>
    public static Range? TryFindFrame(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, ..] ? Find(bytes, out _) : null;

    private static ReadOnlySpan<byte> FrameHeader(ReadOnlySpan<byte> bytes) => Find(bytes, out var end) is { } frame
        ? bytes[frame]
        : throw new ImageException(ImageError.Unreadable,
            $"The JPEG has no frame header (SOF segment) before byte {end} of {bytes.Length}, where its header segments end.");

    private static Range? Find(ReadOnlySpan<byte> bytes, out int end)
    {
        var at = 2;
        while (at + 4 <= bytes.Length && bytes[at] == 0xFF)
        {
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++; // a fill byte
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (length < 2 || marker == StartOfScan || at + 2 + length > bytes.Length) break;
            // SOF0 to SOF15. C4, C8 and CC in this range are other segments.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && length >= 8)
            {
                end = at;
                return (at + 2)..(at + 2 + length);
            }
            at += 2 + length;
        }
        end = at;
        return null;
    }
}
