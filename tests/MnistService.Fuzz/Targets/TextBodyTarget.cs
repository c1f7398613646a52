using System.Text;
using MnistService.Model.Imaging;
using MnistService.Predict;

namespace MnistService.Fuzz.Targets;

/// <summary><see cref="TextBody"/>: data URLs, Base64 and JSON with an image. The decoded bytes fit into the body, and decoding allocates almost nothing.</summary>
internal sealed class TextBodyTarget : IFuzzTarget
{
    private const long Most = 64 << 10;

    private static readonly string Base64 = Convert.ToBase64String([.. Enumerable.Range(0, 100).Select(i => (byte)(i * 37))]);

    public string Name => "text";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "data:", ";base64,", "{\"image\":\"", "\"}", "\\u002B", "\\/", "%2B", "%3D", "\\n", "\r\n", "==", "-_", "\u00ef\u00bb\u00bf", "{\"\\u0069mage\":\"");

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        Encoding.ASCII.GetBytes(Base64),
        Encoding.ASCII.GetBytes($"data:image/png;base64,{Base64}"),
        Encoding.ASCII.GetBytes($"data:image/png;name=a;base64,{Uri.EscapeDataString(Base64)}"),
        Encoding.ASCII.GetBytes($$"""{"image":"data:image/png;base64,{{Base64.Replace("/", "\\/", StringComparison.Ordinal).Replace("+", "\\u002B", StringComparison.Ordinal)}}"}"""),
        Encoding.ASCII.GetBytes($"\r\n {Base64.Replace('+', '-').Replace('/', '_').TrimEnd('=')}\r\n"),
    ];

    public void Read(byte[] input)
    {
        if (!TextBody.IsText(input)) return;
        byte[] first = [.. input], second = [.. input];
        var (bytes, again) = (TryDecode(first), TryDecode(second));
        Promise.Holds(bytes is null ? again is null : again is not null && bytes.Value.Span.SequenceEqual(again.Value.Span), "The same text was decoded in two ways.");
    }

    private static ReadOnlyMemory<byte>? TryDecode(byte[] body)
    {
        try
        {
            var bytes = Promise.Within(Most, () => TextBody.Decode(body));
            Promise.Holds(bytes.Length <= body.Length, $"{body.Length} bytes of text were decoded to {bytes.Length} bytes.");
            return bytes;
        }
        catch (ImageException e)
        {
            Promise.Holds(e.Error == ImageError.Unreadable, $"Damaged text was rejected as {e.Error}.");
            Promise.IsShort($"{e.Code}: {e.Message}");
            return null;
        }
    }
}
