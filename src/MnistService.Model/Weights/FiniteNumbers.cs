using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Model.Weights;

/// <summary>
/// JSON converter that rejects numbers beyond the range of a 64-bit float. By default, .NET reads 1e999 as infinity, which JSON cannot represent.
/// </summary>
internal sealed class FiniteDouble : JsonConverter<double>
{
    /// <exception cref="JsonException">The number is beyond the range of a double.</exception>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDouble() is var number && double.IsFinite(number) ? number : throw Beyond(ref reader, "64-bit float; expected at most ±1.8E308");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    /// <summary>Creates the exception for the number that the reader read last.</summary>
    /// <param name="range">End of the error message, for example <c>32-bit float; expected at most ±3.4E38</c>.</param>
    internal static JsonException Beyond(ref Utf8JsonReader reader, string range) =>
        new($"The number {FoundText.Show(Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan))} is outside the range of a {range}.");
}

/// <summary>JSON converter that rejects numbers beyond the range of a 32-bit float.</summary>
internal sealed class FiniteSingle : JsonConverter<float>
{
    /// <exception cref="JsonException">The number is beyond the range of a float.</exception>
    public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetSingle() is var number && float.IsFinite(number) ? number : throw FiniteDouble.Beyond(ref reader, "32-bit float; expected at most ±3.4E38");

    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
