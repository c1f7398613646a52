namespace MnistService.Drawings;

/// <summary>EXIF metadata with only an orientation.</summary>
internal static class Exif
{
    /// <param name="orientation">1 to 8.</param>
    /// <param name="littleEndian">Byte order II instead of MM.</param>
    /// <param name="isLong">Stores the value as LONG instead of SHORT, as some programs do.</param>
    public static byte[] Of(byte orientation, bool littleEndian = false, bool isLong = false)
    {
        byte[] value = isLong ? [0, 0, 0, orientation] : [0, orientation, 0, 0];
        if (!littleEndian) return [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, (byte)(isLong ? 4 : 3), 0, 0, 0, 1, .. value, 0, 0, 0, 0];
        return [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, (byte)(isLong ? 4 : 3), 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
    }

    /// <summary>An APP1 segment of a JPEG.</summary>
    public static byte[] Segment(byte[] exif) => [0xFF, 0xE1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif];
}
