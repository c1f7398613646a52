using System.Text.Json;
using MnistService.Datasets;
using MnistService.Http;

namespace MnistService.TrainingJobs;

/// <summary>A data set that a request names in the field <c>data</c>.</summary>
/// <param name="Id">The id as the client sent it.</param>
/// <param name="Weight">Weight of the data set in the mixture; <c>null</c> for the default weight.</param>
internal sealed record RequestedData(string Id, double? Weight)
{
    internal const string Field = "data";

    private static readonly string[] Members = ["id", "weight"];

    /// <summary>
    /// Reads the field <c>data</c>: the id of one data set, or a list. Each item of the list is an id, or an object with <c>id</c> and an optional
    /// <c>weight</c>.
    /// </summary>
    /// <exception cref="JsonFieldException">The value has another type, or an object has an unknown member or no id.</exception>
    internal static IReadOnlyList<RequestedData> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return [ReadOne(ref reader, "a string or a list")];
        var parts = new List<RequestedData>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (parts.Count == DataSelection.Most) throw new JsonFieldException(Field, $"the list has more than {DataSelection.Most} data sets; expected at most {DataSelection.Most}.");
            parts.Add(reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader) : ReadOne(ref reader, "a string or an object"));
        }
        return parts;
    }

    private static RequestedData ReadOne(ref Utf8JsonReader reader, string expected) => reader.TokenType == JsonTokenType.String
        ? new(reader.GetString()!, null)
        : throw new JsonFieldException(Field, $"the value is {JsonDescription.Of(ref reader)}; expected {expected}.");

    private static RequestedData ReadObject(ref Utf8JsonReader reader)
    {
        string? id = null;
        double? weight = null;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!Members.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new JsonFieldException(Field, $"unknown member '{RequestText.Shown(name)}' of a data set; the known members are id and weight.");
            if (!seen.Add(name)) throw new JsonFieldException(Field, $"the member {name.ToLowerInvariant()} occurs twice in a data set; expected once.");
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) continue;
            var isId = name.Equals("id", StringComparison.OrdinalIgnoreCase);
            if (isId && reader.TokenType == JsonTokenType.String) id = reader.GetString();
            else if (!isId && reader.TokenType == JsonTokenType.Number) weight = reader.GetDouble();
            else throw new JsonFieldException(Field, $"the {(isId ? "id" : "weight")} is {JsonDescription.Of(ref reader)}; expected a {(isId ? "string" : "number")}.");
        }
        return id is null ? throw new JsonFieldException(Field, "a data set has no id; expected {\"id\":\"…\"} with an optional weight.") : new(id, weight);
    }
}
