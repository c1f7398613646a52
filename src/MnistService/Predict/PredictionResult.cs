using System.Buffers.Text;
using System.Text;

namespace MnistService.Predict;

/// <summary>Response with one prediction as JSON. Formats the JSON without a serializer, and sends it with a Content-Length in a single write.</summary>
/// <param name="prediction">The prediction. Its model id must contain only ASCII characters that need no JSON escaping.</param>
internal sealed class PredictionResult(Prediction prediction) : IResult
{
    private const int Most = 512;

    [ThreadStatic]
    private static byte[]? _json;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var json = _json ??= new byte[Most];
        var length = Write(prediction, json);
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = length;
        // Kestrel copies the bytes before WriteAsync returns, even if the write is not complete, so this thread can reuse the buffer for its next response.
        return response.Body.WriteAsync(json.AsMemory(0, length), httpContext.RequestAborted).AsTask();
    }

    /// <summary>Writes the response body: the prediction as UTF-8 JSON.</summary>
    /// <returns>Number of bytes written.</returns>
    internal static int Write(Prediction prediction, Span<byte> json)
    {
        var length = 0;
        Text("{\"digit\":"u8, json, ref length);
        json[length++] = (byte)('0' + prediction.Digit);
        Text(",\"confidence\":"u8, json, ref length);
        length += ProbabilityText.Write(prediction.Confidence, json[length..]);
        Text(",\"digitProbability\":"u8, json, ref length);
        if (prediction.DigitProbability is { } probability) length += ProbabilityText.Write(probability, json[length..]);
        else Text("null"u8, json, ref length);
        Text(prediction.IsDigit switch { true => ",\"isDigit\":true"u8, false => ",\"isDigit\":false"u8, null => ",\"isDigit\":null"u8 }, json, ref length);
        Text(",\"probabilities\":["u8, json, ref length);
        for (var digit = 0; digit < prediction.Probabilities.Length; digit++)
        {
            if (digit > 0) json[length++] = (byte)',';
            length += ProbabilityText.Write(prediction.Probabilities[digit], json[length..]);
        }
        Text("],\"ignored\":"u8, json, ref length);
        Utf8Formatter.TryFormat(prediction.Ignored, json[length..], out var digits);
        length += digits;
        Text(",\"model\":\""u8, json, ref length);
        length += Encoding.ASCII.GetBytes(prediction.Model, json[length..]);
        Text("\"}"u8, json, ref length);
        return length;
    }

    private static void Text(ReadOnlySpan<byte> text, Span<byte> json, ref int length)
    {
        text.CopyTo(json[length..]);
        length += text.Length;
    }
}
