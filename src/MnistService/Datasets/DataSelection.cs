using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Datasets;

/// <summary>The data sets of a training job, with the weight of each. In JSON, a single data set is its id, and a mixture is a list.</summary>
/// <param name="Parts">At least one part. The weight of the first part is 1.</param>
[JsonConverter(typeof(DataSelectionConverter))]
internal sealed record DataSelection(IReadOnlyList<DataPart> Parts)
{
    /// <summary>Maximum number of parts.</summary>
    internal const int Most = 8;

    internal static DataSelection Of(string id) => new([new(id, 1)]);

    /// <summary>Returns the ids of the data sets as one text, such as <c>mnist + strokes</c>.</summary>
    public override string ToString() => string.Join(" + ", Parts.Select(part => part.Id));

    public bool Equals(DataSelection? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Parts.Count == 0 ? 0 : Parts[0].GetHashCode();
}

/// <summary>A data set of a training job.</summary>
/// <param name="Id">Id of the data set.</param>
/// <param name="Weight">Expected number of images drawn from this data set per image of the first one.</param>
internal sealed record DataPart(string Id, double Weight);

/// <summary>Reads and writes the data sets of a stored job.</summary>
internal sealed class DataSelectionConverter : JsonConverter<DataSelection>
{
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web);

    public override bool HandleNull => true;

    /// <exception cref="JsonException">The value is neither a string nor a list of at least one data set.</exception>
    public override DataSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return DataSelection.Of(reader.GetString()!);
        var parts = JsonSerializer.Deserialize<List<DataPart?>>(ref reader, Plain);
        return parts is { Count: > 0 } && parts.TrueForAll(part => part is { Id: not null, Weight: > 0 }) ? new(parts!) : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, DataSelection value, JsonSerializerOptions options)
    {
        if (value.Parts.Count == 1) writer.WriteStringValue(value.Parts[0].Id);
        else JsonSerializer.Serialize(writer, value.Parts, Plain);
    }
}
