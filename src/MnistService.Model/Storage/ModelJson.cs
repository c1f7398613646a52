using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Model.Storage;

/// <summary>How cards and evaluations are written: camelCase, indented, enums by name.</summary>
public static class ModelJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
