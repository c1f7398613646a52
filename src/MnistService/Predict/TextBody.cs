using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>
/// Decodes an image that was sent as text: a data URL (<c>data:image/png;base64,…</c>), Base64, or a JSON object whose member <c>image</c> has one of these as
/// its value. A browser's canvas produces data URLs. The text is recognized by its first bytes; the declared content type is ignored.
/// </summary>
internal static class TextBody
{
    /// <summary>
    /// Maximum number of bytes of a text that are checked to recognize Base64. Also the maximum number of bytes of a JSON value that the JSON reader gets if
    /// the value is not a string.
    /// </summary>
    private const int Examined = 64;

    /// <summary>
    /// Minimum length in bytes of Base64 text that is not in a data URL or in JSON. A shorter body is treated as an image file. The Base64 text of every image
    /// file is longer.
    /// </summary>
    private const int LeastLength = 32;

    private const string Member = "image";

    private static readonly SearchValues<byte> BothAlphabets = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_= \t\r\n"u8);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Returns whether a request body is an image as text (JSON, a data URL or Base64) and not an image file. No supported image file starts like one of these
    /// texts.
    /// </summary>
    internal static bool IsText(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || (body[0] >= 0x80 && !body.StartsWith(ByteOrderMark))) return false; // fast path: a PNG or JPEG starts with a byte of 0x80 or more
        var text = Trim(body);
        if (text.StartsWith("{"u8) || IsDataUrl(text)) return true;
        return text.Length >= LeastLength && text[..Math.Min(text.Length, Examined)].IndexOfAnyExcept(BothAlphabets) < 0;
    }

    /// <summary>Decodes an image that was sent as text. Writes the decoded image file over the text, so that no further memory is needed.</summary>
    /// <param name="body">The text: JSON, a data URL or Base64. Receives the image file.</param>
    /// <returns>The image file, in the memory of <paramref name="body"/>.</returns>
    /// <exception cref="ImageException">The text is not a JSON object with the member <c>image</c>, or not valid Base64.</exception>
    internal static ReadOnlyMemory<byte> Decode(Memory<byte> body)
    {
        var text = Trim(body.Span);
        if (text.StartsWith("{"u8)) text = Trim(ReadMember(text));
        if (IsDataUrl(text)) text = ReadDataUrl(text);
        return body[..DecodeBase64(text, body.Span)];
    }

    /// <summary>
    /// Returns the string value of <c>image</c>, which must be the only member of the JSON object. Does not resolve escape sequences; <see cref="Compact"/>
    /// resolves them.
    /// </summary>
    private static ReadOnlySpan<byte> ReadMember(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read(); // moves to the opening brace
            reader.Read();
            if (reader.TokenType != JsonTokenType.PropertyName) throw Unreadable($"The JSON object has no member; expected '{Member}', with a data URL or Base64 text as its value.");
            if (!IsMember(ref reader)) throw Unreadable($"The JSON object has the unknown member '{RequestText.Shown(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(200, reader.ValueSpan.Length)]))}'; expected only '{Member}', with a data URL or Base64 text as its value.");
            ReadValue(ref reader, json);
            if (reader.TokenType != JsonTokenType.String) throw Unreadable($"The JSON member '{Member}' is {JsonDescription.Of(ref reader)}; expected a string with a data URL or Base64 text.");
            var value = reader.ValueSpan;
            reader.Read();
            if (reader.TokenType == JsonTokenType.PropertyName) throw Unreadable($"The JSON object has more than one member; expected only '{Member}'.");
            reader.Read(); // fails if more text follows the object
            return value;
        }
        catch (JsonException e)
        {
            throw Unreadable($"The body starts like JSON but is not valid at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}. Expected {{\"{Member}\":\"data:image/png;base64,…\"}}.");
        }
    }

    private static bool IsMember(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.ValueTextEquals(Member);
        }
        catch (InvalidOperationException) // the name of the member has the escape sequence of an unpaired surrogate
        {
            return false;
        }
    }

    /// <summary>
    /// Reads the value of a JSON member. If the value is not a string, the JSON reader gets only the first 64 bytes of the value (<see cref="Examined"/>).
    /// Otherwise the exception message of the JSON reader would repeat an invalid literal of any length.
    /// </summary>
    private static void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var rest = json[(int)reader.BytesConsumed..];
        var value = rest.TrimStart(" \t\r\n:"u8);
        if (!value.StartsWith("\""u8))
        {
            var start = json.Length - value.Length;
            reader = new(json[..Math.Min(json.Length, start + Examined)]);
            reader.Read(); // moves to the opening brace
            reader.Read(); // moves to the name of the member
        }
        reader.Read();
    }

    private static ReadOnlySpan<byte> ReadDataUrl(ReadOnlySpan<byte> url)
    {
        var comma = url[..Math.Min(url.Length, 256)].IndexOf((byte)','); // limits the search: a media type is much shorter than 256 bytes
        if (comma < 0) throw Unreadable("The data URL has no comma after its media type; expected data:image/png;base64,….");
        var header = url[..comma].TrimEnd(" "u8);
        if (header.Length < 7 || !Ascii.EqualsIgnoreCase(header[^7..], ";base64"u8)) throw Unreadable("The data URL is not Base64-encoded; expected data:image/png;base64,….");
        return url[(comma + 1)..];
    }

    /// <summary>
    /// Decodes Base64 in the standard and the URL-safe alphabet, with or without padding. The text may contain spaces, line ends, and the escape sequences of
    /// JSON and URLs.
    /// </summary>
    /// <param name="text">The Base64 text, which is a part of the memory of <paramref name="target"/>.</param>
    /// <param name="target">Receives the decoded bytes, from index 0 on.</param>
    /// <returns>Number of decoded bytes.</returns>
    private static int DecodeBase64(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (Base64.IsValid(text))
        {
            var standard = target[..text.Length];
            text.CopyTo(standard);
            if (Base64.DecodeFromUtf8InPlace(standard, out var bytes) != OperationStatus.Done) throw new InvalidOperationException($"Base64.DecodeFromUtf8InPlace did not decode {text.Length} bytes that Base64.IsValid had accepted.");
            return bytes;
        }
        var compact = target[..Compact(text, target)];
        return Base64Url.IsValid(compact)
            ? Base64Url.DecodeFromUtf8InPlace(compact)
            : throw Unreadable($"The Base64 text is incomplete: {compact.Length} characters without spaces and padding do not encode whole bytes. "
                + "Send the complete text.");
    }

    /// <summary>Rewrites Base64 text in the Base64Url alphabet: resolves escape sequences, and drops spaces, line ends and padding.</summary>
    /// <returns>Number of characters written to <paramref name="target"/>.</returns>
    private static int Compact(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var value = text[at];
            if (value == '%' && TryReadHex(text, at + 1, 2, out var escaped)) (value, at) = (escaped, at + 2); // a data URL can be percent-encoded
            else if (value == '\\' && at + 1 < text.Length)
            {
                // JSON escape sequences: \u002B is a plus sign, \/ is a slash, and \n separates lines.
                if (text[at + 1] == 'u' && TryReadHex(text, at + 2, 4, out escaped)) (value, at) = (escaped, at + 5);
                else (value, at) = (text[at + 1] is (byte)'n' or (byte)'r' or (byte)'t' ? (byte)' ' : text[at + 1], at + 1);
            }
            if (value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'=') continue;
            if (!BothAlphabets.Contains(value)) throw Unreadable($"The Base64 text has the byte 0x{value:X2} at position {at}; expected letters, digits, '+', '/' and '='.");
            target[length++] = value switch { (byte)'+' => (byte)'-', (byte)'/' => (byte)'_', _ => value };
        }
        return length;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, int at, int digits, out byte value)
    {
        value = 0;
        if (at + digits > text.Length || !Utf8Parser.TryParse(text.Slice(at, digits), out int number, out var used, 'x') || used != digits || number > byte.MaxValue) return false;
        value = (byte)number;
        return true;
    }

    private static bool IsDataUrl(ReadOnlySpan<byte> text) => text.Length >= 5 && Ascii.EqualsIgnoreCase(text[..5], "data:"u8);

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => (text.StartsWith(ByteOrderMark) ? text[3..] : text).Trim(" \t\r\n"u8);

    private static ImageException Unreadable(string message) => new(ImageError.Unreadable, message);
}
