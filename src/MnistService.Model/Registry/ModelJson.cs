using System.Text.Json;
using System.Text.Json.Serialization;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>How cards and evaluations are written: camelCase, indented, enums by name.</summary>
public static class ModelJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // files, not pages: names stay readable
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A card is a file that anybody may have written: what is none of a type's values is refused where it is read, not met where it is used.
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new FiniteDouble(), new FiniteSingle() },
    };
}
