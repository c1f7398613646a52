using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Model.Weights;

/// <summary>JSON format of model cards and evaluations: indented, with property names and enum values in camel case.</summary>
public static class ModelJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the output is a file, not HTML, so non-ASCII names need no escaping
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A card is untrusted input: reject null where a type does not allow it, enum numbers and non-finite numbers while reading, not when they are used.
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new FiniteDouble(), new FiniteSingle() },
    };
}
