using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistService.Datasets;

/// <summary>
/// The data sets of a training job, with the weight of each. In the JSON of a stored job, a single data set is written as its id, and a mixture as a list of
/// ids with weights.
/// </summary>
/// <param name="Parts">The data sets; at least one. The weight of the first data set is 1.</param>
[JsonConverter(typeof(DataSelectionConverter))]
internal sealed record DataSelection(IReadOnlyList<DataPart> Parts)
{
    /// <summary>Maximum number of data sets of one training job.</summary>
    internal const int Most = 8;

    internal static DataSelection Of(string id) => new([new(id, 1)]);

    /// <summary>Returns the ids of the data sets, separated by plus signs, such as <c>mnist + strokes</c>.</summary>
    public override string ToString() => string.Join(" + ", Parts.Select(part => part.Id));

    public bool Equals(DataSelection? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Parts.Count == 0 ? 0 : Parts[0].GetHashCode();
}

/// <summary>A data set of a training job, with its weight.</summary>
/// <param name="Id">Id of the data set.</param>
/// <param name="Weight">Number of images of this data set per image of the job's first data set in each training epoch.</param>
internal sealed record DataPart(string Id, double Weight);

/// <summary>JSON converter for the data sets of a stored training job.</summary>
internal sealed class DataSelectionConverter : JsonConverter<DataSelection>
{
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web);

    public override bool HandleNull => true;

    /// <exception cref="JsonException">The value is neither a string nor a non-empty list of data sets with an id and a positive weight.</exception>
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
