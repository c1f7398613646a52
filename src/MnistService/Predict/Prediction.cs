using System.Text.Json.Serialization;

namespace MnistService.Predict;

/// <summary>The answer for one picture.</summary>
/// <param name="Digit">The most probable digit.</param>
/// <param name="Confidence">Its probability.</param>
/// <param name="Probabilities">Of the digits 0 to 9; they sum to 1.</param>
/// <param name="Model">The model that read it.</param>
/// <param name="Image">What the network read, when it was asked for: 28×28 bytes in row order, 0 = paper, 255 = ink; base64 in JSON.</param>
internal sealed record Prediction(
    int Digit, float Confidence, float[] Probabilities, string Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Image = null);

/// <summary>The answers for several pictures, in their order.</summary>
/// <param name="Model">The model that read them.</param>
/// <param name="Predictions">One for each picture.</param>
internal sealed record PredictionList(string? Model, IReadOnlyList<NamedPrediction> Predictions);

/// <summary>One of several: the answer, or why there is none.</summary>
/// <param name="Name">The file's name, as the client gave it.</param>
/// <param name="Image">As of <see cref="Prediction"/>.</param>
internal sealed record NamedPrediction(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Digit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Confidence = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float[]? Probabilities = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Image = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PictureProblem? Error = null);

/// <summary>Why a picture of several was refused: the fields of the problem that it would have been alone.</summary>
internal sealed record PictureProblem(int Status, string Code, string Title, string Detail);

/// <summary>Serializers made at build time: the hot path needs no reflection.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, Converters = [typeof(ProbabilityText)])]
[JsonSerializable(typeof(Prediction))]
[JsonSerializable(typeof(PredictionList))]
internal sealed partial class PredictJson : JsonSerializerContext;
