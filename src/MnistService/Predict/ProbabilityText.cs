using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Predict;

/// <summary>
/// Probabilities in JSON: nine decimals, a digit more than their type holds near 1, without zeros at the end. Whole billionths are written several times
/// faster than the shortest text of a floating-point number is found.
/// </summary>
internal sealed class ProbabilityText : JsonConverter<float>
{
    private const int Decimals = 9, Most = 2 + Decimals;
    private const double Billion = 1e9;

    /// <summary><c>0.999168634</c>; <c>1</c> and <c>0</c>.</summary>
    /// <returns>Bytes written.</returns>
    internal static int Write(float value, Span<byte> json)
    {
        var billionths = (uint)Math.Round(value * Billion);
        if (billionths is 0 or >= (uint)Billion)
        {
            json[0] = (byte)(billionths == 0 ? '0' : '1');
            return 1;
        }
        "0."u8.CopyTo(json);
        Utf8Formatter.TryFormat(billionths, json[2..], out _, new('D', Decimals));
        return 2 + json.Slice(2, Decimals).TrimEnd((byte)'0').Length;
    }

    public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetSingle();

    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
    {
        Span<byte> json = stackalloc byte[Most];
        writer.WriteRawValue(json[..Write(value, json)], skipInputValidation: true);
    }
}
