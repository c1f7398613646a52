namespace MnistService.Model.Imaging.Decoding;

/// <summary>Identifies an image's type by its first bytes. The content type declared by the client is ignored.</summary>
internal static class ImageSignature
{
    public static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ImageException">There are no bytes, or they do not start with the signature of a PNG or JPEG.</exception>
    public static ImageType Identify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) throw new ImageException(ImageError.Empty, "The image has no bytes; expected a PNG or JPEG.");
        if (bytes.StartsWith(Png)) return ImageType.Png;
        if (bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF])) return ImageType.Jpeg;
        if (NameOther(bytes) is { } name)
            throw new ImageException(ImageError.UnsupportedType, $"The file is {name}; expected a PNG or JPEG.");
        throw new ImageException(ImageError.Unreadable,
            $"The file starts with the bytes {Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)])} (hexadecimal); expected the signature of a PNG or JPEG.");
    }

    private static string? NameOther(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("GIF8"u8)) return "a GIF";
        if (bytes.StartsWith("BM"u8)) return "a BMP";
        if (bytes.StartsWith("RIFF"u8)) return "a WebP or another RIFF file";
        if (bytes.StartsWith("%PDF"u8)) return "a PDF";
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8)) return "a TIFF";
        if (bytes.StartsWith<byte>([0, 0, 1, 0])) return "an icon";
        if (bytes.StartsWith("PK\x03\x04"u8)) return "a zip archive";
        if (bytes.StartsWith<byte>([0x1F, 0x8B])) return "gzip data";
        if (bytes.Length >= 12 && bytes[4..].StartsWith("ftyp"u8)) return "a HEIC, an AVIF or another ISO media file";
        // Markup is recognized but never parsed.
        var text = bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;
        return text.TrimStart(" \t\r\n"u8).StartsWith("<"u8) ? "SVG, HTML or other markup" : null;
    }
}

internal enum ImageType
{
    Png,
    Jpeg,
}
