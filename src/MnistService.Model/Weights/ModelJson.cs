using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Model.Weights;

/// <summary>JSON format of model cards and evaluations: indented, with property names and enum values in camel case.</summary>
public static class ModelJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the output is a file, not HTML, so it needs no HTML escaping
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A card is untrusted input. Reading it fails if a non-nullable property is null, an enum value is a number, or a number exceeds the range of its type.
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new FiniteDouble(), new FiniteSingle() },
    };
}
