namespace MnistService.Model.Imaging.Decoding;

/// <summary>Identifies the type of an image by the first bytes of the file. The content type that the client declares is ignored.</summary>
internal static class ImageSignature
{
    private const string Expected = "expected a PNG, JPEG, WebP, GIF or BMP";

    public static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ImageException">The file is empty, or does not start with the signature of a supported type.</exception>
    public static ImageType Identify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) throw new ImageException(ImageError.Empty, $"The image has no bytes; {Expected}.");
        if (TryIdentify(bytes) is { } type) return type;
        if (NameOther(bytes) is var (name, advice)) throw new ImageException(ImageError.UnsupportedType, $"The file is {name}; {Expected}.{advice}");
        throw new ImageException(ImageError.Unreadable,
            $"The file starts with the bytes {Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)])} (hexadecimal); {Expected}.");
    }

    /// <returns>The type; <c>null</c> if the bytes do not start with the signature of a supported type.</returns>
    public static ImageType? TryIdentify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Png)) return ImageType.Png;
        if (bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF])) return ImageType.Jpeg;
        if (bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..].StartsWith("WEBP"u8)) return ImageType.WebP;
        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8)) return ImageType.Gif;
        return bytes.StartsWith("BM"u8) ? ImageType.Bmp : null;
    }

    private static (string Name, string Advice)? NameOther(ReadOnlySpan<byte> bytes)
    {
        const string Convert = " Convert it to PNG or JPEG first.", Page = " Export the page as a PNG or JPEG first.";
        if (bytes.StartsWith("%PDF"u8)) return ("a PDF", Page);
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8)) return ("a TIFF", Convert);
        if (bytes.StartsWith<byte>([0, 0, 1, 0])) return ("an icon", Convert);
        if (bytes.StartsWith("RIFF"u8) && bytes.Length >= 12) return ("a RIFF file other than WebP, such as WAV or AVI", "");
        if (bytes.StartsWith("PK\x03\x04"u8)) return ("a zip archive", " Extract it, and send each image as a file of a form (with curl: -F file=@FILE).");
        if (bytes.StartsWith<byte>([0x1F, 0x8B])) return ("gzip data", " Send the uncompressed image, or declare Content-Encoding: gzip.");
        if (bytes.Length >= 12 && bytes[4..].StartsWith("ftyp"u8)) return NameMedia(bytes[8..12]);
        // Markup is recognized but never parsed.
        var text = (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes).TrimStart(" \t\r\n"u8);
        if (!text.StartsWith("<"u8)) return null;
        var start = text[..Math.Min(text.Length, 1024)];
        return start.IndexOf("<svg"u8) >= 0 ? ("an SVG", " Export it as a PNG first.") : ("HTML, XML or other markup", "");
    }

    /// <summary>
    /// Returns the name of an unsupported media format and advice for the client, as parts of the error message. The advice is empty or begins with a space.
    /// </summary>
    /// <param name="brand">Major brand of an ISO base media file, 4 bytes.</param>
    private static (string Name, string Advice) NameMedia(ReadOnlySpan<byte> brand)
    {
        if (brand.StartsWith("avi"u8)) return ("an AVIF", " Convert it to PNG, JPEG or WebP first.");
        if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8))
            return ("a HEIC", " Convert it to JPEG first; on an iPhone, choose Settings > Camera > Formats > Most Compatible.");
        return ("an MP4, MOV or another ISO media file", "");
    }
}

/// <summary>Type of an image file that the service decodes.</summary>
internal enum ImageType
{
    Png,
    Jpeg,
    WebP,
    Gif,
    Bmp,
}
