using System.Buffers.Text;
using System.Text;

namespace MnistService.Predict;

/// <summary>
/// One prediction as JSON, written by hand and with its length, so that it leaves in a single piece. Probabilities have nine decimals, a digit more than
/// their type holds near 1: whole billionths are written several times faster than the shortest text of a floating-point number is found.
/// </summary>
/// <param name="prediction">Its model's id needs no escape.</param>
internal sealed class PredictionResult(Prediction prediction) : IResult
{
    private const int Most = 512, Decimals = 9;
    private const double Billion = 1e9;

    [ThreadStatic]
    private static byte[]? _json;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var json = _json ??= new byte[Most];
        var length = Write(prediction, json);
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = length;
        // The web server has copied the bytes when the call returns, finished or not: the buffer is free for this thread's next answer.
        return response.Body.WriteAsync(json.AsMemory(0, length), httpContext.RequestAborted).AsTask();
    }

    /// <returns>Bytes written.</returns>
    internal static int Write(Prediction prediction, Span<byte> json)
    {
        var length = 0;
        Text("{\"digit\":"u8, json, ref length);
        json[length++] = (byte)('0' + prediction.Digit);
        Text(",\"confidence\":"u8, json, ref length);
        Probability(prediction.Confidence, json, ref length);
        Text(",\"probabilities\":["u8, json, ref length);
        for (var digit = 0; digit < prediction.Probabilities.Length; digit++)
        {
            if (digit > 0) json[length++] = (byte)',';
            Probability(prediction.Probabilities[digit], json, ref length);
        }
        Text("],\"model\":\""u8, json, ref length);
        length += Encoding.ASCII.GetBytes(prediction.Model, json[length..]);
        Text("\"}"u8, json, ref length);
        return length;
    }

    private static void Text(ReadOnlySpan<byte> text, Span<byte> json, ref int length)
    {
        text.CopyTo(json[length..]);
        length += text.Length;
    }

    /// <summary><c>0.999168634</c>, without zeros at its end; <c>1</c> and <c>0</c>.</summary>
    private static void Probability(float value, Span<byte> json, ref int length)
    {
        var billionths = (uint)Math.Round(value * Billion);
        if (billionths is 0 or >= (uint)Billion)
        {
            json[length++] = (byte)(billionths == 0 ? '0' : '1');
            return;
        }
        Text("0."u8, json, ref length);
        Utf8Formatter.TryFormat(billionths, json[length..], out _, new('D', Decimals));
        length += json.Slice(length, Decimals).TrimEnd((byte)'0').Length;
    }
}
