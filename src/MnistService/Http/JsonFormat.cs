using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;

namespace MnistService.Http;

/// <summary>Configures the JSON serializer for request and response bodies.</summary>
internal static class JsonFormat
{
    /// <summary>
    /// Encoder that does not escape characters with a special meaning only in HTML, such as <c>&lt;</c>, because responses are JSON, never HTML.
    /// </summary>
    internal static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    internal static void Configure(JsonOptions json)
    {
        json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        json.SerializerOptions.AllowDuplicateProperties = false; // otherwise the first of two values of the same property would be ignored silently
        json.SerializerOptions.Encoder = Encoder;
    }
}
