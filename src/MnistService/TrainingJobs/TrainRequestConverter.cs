using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MnistService.Http;
using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>
/// Reads a <see cref="TrainRequest"/> from JSON. An unknown field is an error; if a known field has a similar name, the message suggests that field. A field
/// whose value is <c>null</c> counts as omitted.
/// </summary>
internal sealed class TrainRequestConverter : JsonConverter<TrainRequest>
{
    private const string Augmentation = HyperparameterDefinition.Augmentation, AugmentationPrefix = Augmentation + ".";

    private static readonly FrozenDictionary<string, HyperparameterDefinition> Hyperparameters =
        HyperparameterDefinition.All.ToFrozenDictionary(each => each.Name, StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Texts = ["name", "promote", "activate", "startFrom"];

    private static readonly string[]
        Fields = [.. Texts, RequestedData.Field, .. HyperparameterDefinition.All.Where(each => !each.IsAugmentation).Select(each => each.Name), Augmentation],
        AugmentationFields = [.. HyperparameterDefinition.All.Where(each => each.IsAugmentation).Select(each => each.Name)];

    /// <exception cref="JsonException">The JSON is invalid, a field is unknown or occurs twice, or a value has the wrong type.</exception>
    public override TrainRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        var (texts, values) = (new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), new Dictionary<string, object>());
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var hasAugmentation = false;
        IReadOnlyList<RequestedData>? data = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader, "", Fields, seen);
            if (reader.TokenType == JsonTokenType.Null) continue;
            if (field == Augmentation)
            {
                hasAugmentation = true;
                ReadAugmentation(ref reader, values, seen);
            }
            else if (field == RequestedData.Field)
            {
                data = RequestedData.Read(ref reader);
            }
            else if (Hyperparameters.TryGetValue(field, out var hyperparameter))
            {
                values[field] = ValueOf(ref reader, hyperparameter);
            }
            else
            {
                texts[field] = TextOf(ref reader, field);
            }
        }
#pragma warning disable CS0618 // reads the deprecated alias "activate"
        return new TrainRequest
        {
            Name = texts.GetValueOrDefault("name"),
            Data = data,
            Promote = texts.GetValueOrDefault("promote"),
            Activate = texts.GetValueOrDefault("activate"),
            StartFrom = texts.GetValueOrDefault("startFrom"),
            Hyperparameters = values,
            HasAugmentation = hasAugmentation,
        };
#pragma warning restore CS0618
    }

    public override void Write(Utf8JsonWriter writer, TrainRequest value, JsonSerializerOptions options) =>
        throw new NotSupportedException("The service reads the body of POST /train, but never writes it.");

    private static void ReadAugmentation(ref Utf8JsonReader reader, Dictionary<string, object> values, HashSet<string> seen)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonFieldException(Augmentation, $"the value is {JsonDescription.Of(ref reader)}; expected an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader, AugmentationPrefix, AugmentationFields, seen);
            if (reader.TokenType != JsonTokenType.Null) values[field] = ValueOf(ref reader, Hyperparameters[field]);
        }
    }

    /// <summary>Reads the name of a field and moves the reader to the value of the field.</summary>
    /// <param name="prefix"><c>augmentation.</c> for a field of the object <c>augmentation</c>; empty for a field of the body.</param>
    /// <param name="known">Valid field names, including the prefix.</param>
    /// <param name="seen">Names of all fields that were read before. The method adds the name of this field.</param>
    /// <returns>The element of <paramref name="known"/> that equals the name in the JSON, ignoring case.</returns>
    /// <exception cref="JsonFieldException">The field is unknown or occurs twice.</exception>
    private static string FieldOf(ref Utf8JsonReader reader, string prefix, string[] known, HashSet<string> seen)
    {
        var name = prefix + reader.GetString();
        if (known.FirstOrDefault(each => each.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } field)
        {
            var nearest = NearestName.Find(name[prefix.Length..], known.Select(each => each[prefix.Length..]));
            throw new JsonFieldException(null,
                $"unknown field '{RequestText.Shown(name)}'{(nearest is null ? "; /swagger lists the known fields." : $"; did you mean '{prefix}{nearest}'?")}");
        }
        if (!seen.Add(field)) throw new JsonFieldException(field, "the field occurs twice; expected once.");
        reader.Read();
        return field;
    }

    private static string TextOf(ref Utf8JsonReader reader, string field) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonFieldException(field, $"the value is {JsonDescription.Of(ref reader)}; "
            + "expected a string.");

    private static object ValueOf(ref Utf8JsonReader reader, HyperparameterDefinition hyperparameter)
    {
        if (hyperparameter.Type.IsEnum) return TextOf(ref reader, hyperparameter.Name);
        if (hyperparameter.Type == typeof(double))
        {
            // Accepts NaN and infinities, so that validation reports them as out of range. An error about the range is clearer than an error about the type.
            if (reader.TokenType == JsonTokenType.Number) return reader.GetDouble();
            if (reader.TokenType == JsonTokenType.String && reader.GetString() is "NaN" or "Infinity" or "-Infinity")
                return double.Parse(reader.GetString()!, CultureInfo.InvariantCulture);
            throw new JsonFieldException(hyperparameter.Name, $"the value is {JsonDescription.Of(ref reader)}; expected a number.");
        }
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (hyperparameter.Type == typeof(int) && reader.TryGetInt32(out var whole)) return whole;
            if (hyperparameter.Type == typeof(long) && reader.TryGetInt64(out var large)) return large;
        }
        throw new JsonFieldException(hyperparameter.Name, hyperparameter.Type == typeof(int)
            ? $"the value is {JsonDescription.Of(ref reader)}; expected a whole number from {int.MinValue} to {int.MaxValue}."
            : $"the value is {JsonDescription.Of(ref reader)}; expected a whole number from {long.MinValue} to {long.MaxValue}.");
    }
}
