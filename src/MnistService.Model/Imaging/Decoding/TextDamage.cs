namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Recognizes image files that were damaged because their bytes were treated as text: line ends were converted or removed, or the bytes were converted to
/// UTF-8. The damage leaves the same byte sequences in every image format, so one class checks all formats.
/// </summary>
internal static class TextDamage
{
    /// <summary>
    /// Minimum number of converted line feeds or converted characters in a file that is reported as damaged by text conversion. A smaller number can occur by
    /// chance in an undamaged file.
    /// </summary>
    private const int Enough = 16;

    /// <summary>
    /// Minimum length in bytes of a file that is reported as damaged if it contains no CR and LF bytes. In a shorter file, these bytes can be missing by
    /// chance.
    /// </summary>
    private const int LongEnough = 4096;

    private const string Advice = " Send the file's bytes unchanged: with curl, use --data-binary @FILE or -F file=@FILE; in a browser, send the Blob itself.";

    private static ReadOnlySpan<byte> Replacement => [0xEF, 0xBF, 0xBD]; // U+FFFD in UTF-8

    /// <summary>
    /// Looks for signs that an image file was treated as text: bytes that were converted to UTF-8, or line ends that were converted or removed.
    /// </summary>
    /// <returns>The cause of the damage and advice, as a message for the client; <c>null</c> if the bytes show no such damage.</returns>
    public static string? Find(ReadOnlySpan<byte> bytes)
    {
        if (IsPng(bytes, Replacement) || bytes.StartsWith<byte>([0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD]) || (IsBinary(bytes) && bytes.Count(Replacement) >= Enough))
            return "The file was read as UTF-8 text before it was sent: bytes that are not UTF-8 became U+FFFD (EF BF BD)." + Advice;
        if (IsPng(bytes, [0xC2, 0x89]) || bytes.StartsWith<byte>([0xC3, 0xBF, 0xC3, 0x98, 0xC3, 0xBF]) || (IsBinary(bytes) && IsLatin1(bytes)))
            return "The file was converted from Latin-1 to UTF-8 text before it was sent: each byte above 127 became two bytes." + Advice;
        if (bytes.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']))
        {
            // PNG's signature ends with CR LF, 1A, LF to detect this damage (PNG specification, 5.2).
            if (bytes[4..].StartsWith<byte>([0x0D, 0x0D, 0x0A, 0x1A, 0x0D, 0x0A])) return Converted("LF became CR LF");
            if (bytes[4..].StartsWith<byte>([0x0A, 0x1A, 0x0A])) return Converted("CR LF became LF");
            if (bytes[4..].StartsWith<byte>([0x0A, 0x0A, 0x1A, 0x0A]) || bytes[4..].StartsWith<byte>([0x0D, 0x0D, 0x1A, 0x0D]))
                return Converted("CR became LF, or LF became CR");
            if (bytes[4..].StartsWith<byte>([0x1A])) return Removed;
        }
        return IsBinary(bytes) ? FindLineEnds(bytes) : null;
    }

    /// <summary>
    /// Looks for signs that the line ends of an image file were converted or removed. For an undamaged file, this takes microseconds, because the search stops
    /// at the first line feed without a carriage return.
    /// </summary>
    /// <returns>The cause of the damage and advice, as a message for the client; <c>null</c> if the bytes show no such damage.</returns>
    public static string? FindLineEnds(ReadOnlySpan<byte> bytes)
    {
        if (HasOnlyPairs(bytes)) return Converted("LF became CR LF");
        return LacksLineEnds(bytes) ? Removed : null;
    }

    private const string Removed = "All line ends (CR and LF bytes) were removed from the file before it was sent, as curl's options -d and --data-ascii do." + Advice;

    private static string Converted(string how) =>
        $"The line ends of the file were converted before it was sent ({how}), as in a transfer in text mode." + Advice;

    /// <summary>Returns whether the bytes contain a control character from 0 to 8. These characters do not occur in text files.</summary>
    private static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyInRange((byte)0, (byte)8) >= 0;

    private static bool IsPng(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> first) => bytes.StartsWith(first) && bytes[first.Length..].StartsWith("PNG"u8);

    /// <summary>
    /// Returns whether the bytes look converted from Latin-1 to UTF-8. The conversion turns each byte above 127 into a pair: C2 or C3, then a byte from 80 to
    /// BF (hexadecimal). So the bytes must contain at least <see cref="Enough"/> such pairs, and no other bytes above 127.
    /// </summary>
    private static bool IsLatin1(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes;
        var count = 0;
        for (int at; (at = rest.IndexOfAnyInRange((byte)0x80, (byte)0xFF)) >= 0; rest = rest[(at + 2)..], count++)
            if (at + 1 >= rest.Length || rest[at] is not (0xC2 or 0xC3) || rest[at + 1] is < 0x80 or > 0xBF) return false;
        return count >= Enough;
    }

    /// <summary>
    /// Returns whether the bytes contain at least <see cref="Enough"/> line feeds, and all of them directly follow a carriage return. In undamaged compressed
    /// data, only about 1 of 256 line feeds follows a carriage return.
    /// </summary>
    private static bool HasOnlyPairs(ReadOnlySpan<byte> bytes)
    {
        var (before, count) = (0, 0);
        for (int at; (at = bytes[before..].IndexOf((byte)'\n')) >= 0; before += at + 1, count++)
            if (before + at == 0 || bytes[before + at - 1] != '\r') return false;
        return count >= Enough;
    }

    /// <summary>
    /// Returns whether a file of at least <see cref="LongEnough"/> bytes contains neither CR nor LF, but almost all other byte values. An undamaged image with
    /// few colors lacks other byte values, too.
    /// </summary>
    private static bool LacksLineEnds(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LongEnough || bytes.IndexOfAny((byte)'\r', (byte)'\n') >= 0) return false;
        Span<bool> present = stackalloc bool[256];
        var values = 0;
        foreach (var value in bytes)
        {
            if (present[value]) continue;
            present[value] = true;
            values++;
        }
        return values >= 254 - 2; // 254 values without CR and LF; NUL may have been removed, too, and one value may be absent by chance
    }
}
