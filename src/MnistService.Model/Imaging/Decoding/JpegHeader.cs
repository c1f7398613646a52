using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Properties of a JPEG that the segments before its first scan declare (ITU-T T.81, section B.2).</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="IsSingleScan">
/// Whether the JPEG is sequential and its first scan has all color components. Such a JPEG is decoded row by row, and can be decoded at a reduced size. For any
/// other JPEG, the decoder keeps the DCT coefficients of the whole image in memory.
/// </param>
/// <param name="CoefficientBytes">Memory in bytes for the DCT coefficients of the whole image: 2 bytes per sample. 0 for a single-scan JPEG.</param>
internal readonly record struct JpegHeader(int Width, int Height, bool IsSingleScan, long CoefficientBytes)
{
    /// <summary>
    /// Maximum number of scans in a JPEG. By default, libjpeg writes a progressive color JPEG with 10 scans. Decoding makes one pass over all pixels per scan,
    /// so a file with thousands of scans could be used for a denial-of-service attack.
    /// </summary>
    public const int MaxScans = 64;

    private const byte StartOfScan = 0xDA, EndOfImage = 0xD9;

    /// <summary>Reads and checks the header. For a JPEG that is not single-scan, also checks the number of scans and the end-of-image marker.</summary>
    /// <exception cref="ImageException">
    /// The segments are damaged, the size is outside the limits, or a JPEG that is not single-scan has too many scans or no end-of-image marker.
    /// </exception>
    public static JpegHeader Check(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        var header = Read(bytes, out var end)
            ?? throw new ImageException(ImageError.Unreadable,
                $"The JPEG's segments are damaged or incomplete at byte {end} of {bytes.Length}, before its pixel data. "
                    + "Send the complete file, or save the image again.");
        ImageSize.Check(header.Width, header.Height, header.MaxPixels(options));
        // In a single-scan JPEG, a missing end-of-image marker does no harm, and the decoder reports missing rows.
        if (header.IsSingleScan) return header;
        var scans = CountScans(bytes);
        if (scans > MaxScans)
            throw new ImageException(ImageError.Unreadable, $"The JPEG has {scans} scans; at most {MaxScans} are allowed. Save the image as a PNG.");
        // For a JPEG truncated between two scans, the decoder would return a blurred bitmap without an error.
        if (LacksEnd(bytes))
            throw new ImageException(ImageError.Unreadable, $"The JPEG ends at byte {bytes.Length}, before its end-of-image marker. Send the complete file.");
        return header;
    }

    /// <summary>Returns the maximum width × height in pixels that applies to this JPEG.</summary>
    public int MaxPixels(ImageOptions options) => IsSingleScan ? options.MaxJpegPixels : options.MaxPixels;

    /// <summary>
    /// Counts the start-of-scan markers (0xFF 0xDA). These markers cannot occur in entropy-coded data, where 0xFF is followed only by 0x00 or by the code of a
    /// restart marker. In metadata, the two bytes can occur by chance, so the result is an upper bound of the number of scans.
    /// </summary>
    public static int CountScans(ReadOnlySpan<byte> bytes) => bytes.Count<byte>([0xFF, StartOfScan]);

    /// <summary>Returns whether no end-of-image marker follows the start of the last scan.</summary>
    public static bool LacksEnd(ReadOnlySpan<byte> bytes) => bytes is not [.., 0xFF, EndOfImage] && bytes.LastIndexOf<byte>([0xFF, EndOfImage]) < bytes.LastIndexOf<byte>([0xFF, StartOfScan]);

    /// <returns>The header; <c>null</c> if the bytes are not a JPEG, or the segments before the first scan are damaged or incomplete.</returns>
    public static JpegHeader? TryRead(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, ..] ? Read(bytes, out _) : null;

    /// <param name="bytes">The file.</param>
    /// <param name="at">Offset in bytes of the segment at which reading ended: the first scan, or a damaged or incomplete segment.</param>
    /// <returns>The header; <c>null</c> if the segments before the first scan are damaged or incomplete.</returns>
    private static JpegHeader? Read(ReadOnlySpan<byte> bytes, out int at)
    {
        JpegHeader? frame = null;
        var components = 0;
        at = 2;
        while (at + 4 <= bytes.Length && bytes[at] == 0xFF)
        {
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++; // JPEG allows fill bytes of 0xFF before a marker
                continue;
            }
            // Accept only markers after which libjpeg also reads a length. libjpeg reads no length after the markers 00, 01 and D0 to D7, so a second header
            // could be hidden behind such a marker.
            if (marker is not ((>= 0xC0 and <= 0xCF) or (>= 0xDA and <= 0xDF) or (>= 0xE0 and <= 0xEF) or 0xFE)) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (length < 2 || at + 2 + length > bytes.Length) break;
            var segment = bytes.Slice(at + 4, length - 2);
            if (marker == StartOfScan)
            {
                if (frame is not { } found || segment.IsEmpty) break;
                var isSingle = found.IsSingleScan && segment[0] == components;
                return found with { IsSingleScan = isSingle, CoefficientBytes = isSingle ? 0 : found.CoefficientBytes };
            }
            // Start of frame (SOF0 to SOF15). The markers C4, C8 and CC in this range begin other segments.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                if (frame is not null || segment.Length < 6) break;
                (frame, components) = (ReadFrame(marker, segment), segment[5]);
            }
            at += 2 + length;
        }
        return null;
    }

    /// <summary>Reads a start-of-frame segment.</summary>
    /// <param name="marker">Second byte of the marker: 0xC0 (baseline) and 0xC1 (extended) are sequential.</param>
    /// <param name="segment">Precision (1 byte), height (2 bytes), width (2 bytes), number of components (1 byte), and 3 bytes per component.</param>
    /// <returns>
    /// The header. At this point, <see cref="IsSingleScan"/> only states whether the frame is sequential. The caller updates it after reading the first scan.
    /// </returns>
    private static JpegHeader ReadFrame(byte marker, ReadOnlySpan<byte> segment)
    {
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        var (samples, most) = (0, 1);
        for (var component = 0; component < segment[5] && 6 + 3 * component + 1 < segment.Length; component++)
        {
            // Sampling factors of the component, 1 to 4: horizontal in the upper four bits, vertical in the lower four bits. The component with the largest
            // factors has one sample per pixel.
            var factors = segment[6 + 3 * component + 1];
            var product = Math.Clamp(factors >> 4, 1, 4) * Math.Clamp(factors & 15, 1, 4);
            (samples, most) = (samples + product, Math.Max(most, product));
        }
        return new(width, height, marker is 0xC0 or 0xC1, 2L * width * height * samples / most);
    }
}
