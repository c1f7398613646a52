using System.Buffers.Binary;
using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Reads the orientation from EXIF metadata, which is a TIFF structure (EXIF 2.32, sections 4.5 and 4.6.4). PNG stores this metadata in the chunk eXIf, and
/// WebP in the chunk EXIF. For a JPEG, Skia reads the orientation.
/// </summary>
internal static class ExifData
{
    private const int HeaderBytes = 8, EntryBytes = 12;
    private const ushort OrientationTag = 0x0112, Short = 3, Long = 4;

    /// <param name="exif">
    /// The metadata. Some programs begin the metadata with <c>Exif\0\0</c>, the prefix of EXIF metadata in a JPEG. This prefix is skipped.
    /// </param>
    /// <returns>
    /// The orientation; <see cref="SKEncodedOrigin.TopLeft"/> (upright) if the metadata is damaged or contains no valid orientation. Browsers do the same.
    /// </returns>
    public static SKEncodedOrigin Orientation(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8)) exif = exif[6..];
        var little = exif.StartsWith("II*\0"u8);
        if (exif.Length < HeaderBytes || !(little || exif.StartsWith("MM\0*"u8))) return SKEncodedOrigin.TopLeft;
        var directory = Number(exif[4..], little);
        if (directory > exif.Length - 2) return SKEncodedOrigin.TopLeft;
        var entries = exif[(int)(directory + 2)..];
        for (int left = Word(exif[(int)directory..], little); left > 0 && entries.Length >= EntryBytes; left--, entries = entries[EntryBytes..])
        {
            if (Word(entries, little) != OrientationTag) continue;
            uint value = Word(entries[2..], little) switch
            {
                Short => Word(entries[8..], little),
                Long => Number(entries[8..], little),
                _ => 0,
            };
            return value is >= (uint)SKEncodedOrigin.TopLeft and <= (uint)SKEncodedOrigin.LeftBottom ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
        }
        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Number(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
