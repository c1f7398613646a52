using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>The prediction for one image.</summary>
/// <param name="Digit">The most probable digit.</param>
/// <param name="Confidence">Probability of the most probable digit, from 0 to 1, under the assumption that the image shows a digit.</param>
/// <param name="DigitProbability">
/// Probability, from 0 to 1, that the image shows a digit at all. If the image was read a second time and that result was chosen: the probability that the
/// chosen interpretation of the ink shows the digit of the image. Null if the model has no digit score.
/// </param>
/// <param name="IsDigit">Whether the digit probability is at least 0.5; null if the model has no digit score.</param>
/// <param name="Probabilities">Probabilities of the digits 0 to 9, under the assumption that the image shows a digit. The ten values sum to 1.</param>
/// <param name="Ignored">Number of ink marks that are not digits, including specks that are too small for a digit.</param>
/// <param name="Model">Id of the model that computed the prediction.</param>
/// <param name="Image">The network input, if requested: 28×28 bytes in row-major order, 0 = paper, 255 = ink; base64 in JSON.</param>
/// <param name="Box">
/// Bounding box of the digit in pixels of the upright image (after the EXIF orientation was applied), if the network input was requested. If the image was not
/// segmented (28×28 pixels in MNIST's format, or <c>normalize=never</c>), the box is the whole image.
/// </param>
internal sealed record Prediction(
    int Digit, float Confidence, float? DigitProbability, bool? IsDigit, float[] Probabilities, int Ignored, string Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Image = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PixelBox? Box = null);

/// <summary>The predictions for several images, in the order of the request.</summary>
/// <param name="Model">Id of the model that computed the first prediction; null if no image could be read.</param>
/// <param name="Predictions">One entry per image.</param>
internal sealed record PredictionList(string? Model, IReadOnlyList<NamedPrediction> Predictions);

/// <summary>The prediction for one of several images, or the error if the image was rejected.</summary>
/// <param name="Name">File name from the request.</param>
/// <param name="Image">The network input, if requested: 28×28 bytes in row-major order, 0 = paper, 255 = ink; base64 in JSON.</param>
/// <param name="Box">
/// Bounding box of the digit in pixels of the upright image (after the EXIF orientation was applied), if the network input was requested. If the image was not
/// segmented (28×28 pixels in MNIST's format, or <c>normalize=never</c>), the box is the whole image.
/// </param>
internal sealed record NamedPrediction(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Digit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Confidence = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? DigitProbability = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? IsDigit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float[]? Probabilities = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Ignored = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Image = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PixelBox? Box = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PictureProblem? Error = null);

/// <summary>
/// Reason why one of several images was rejected. If the image were sent alone, the problem response would have the same values in these fields.
/// </summary>
/// <param name="Text">The digits as text, if the image shows several; otherwise null.</param>
/// <param name="Digits">The digits with their positions, if the image shows several; otherwise null.</param>
internal sealed record PictureProblem(
    int Status, string Code, string Title, string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DigitAnswer>? Digits = null)
{
    private Problem? _problem;

    internal static PictureProblem Of(Problem problem) => new(problem.Type.Status, problem.Type.Code, problem.Type.Title, problem.Detail) { _problem = problem };

    /// <summary>Returns the response for an image that was sent alone.</summary>
    internal ProblemHttpResult Result() => _problem!.Type.ResultOf(Detail, Digits is null ? null : [new("text", Text), new("digits", Digits)]);
}

/// <summary>Source-generated JSON serializers of the responses of <c>POST /predict</c> and <c>POST /read</c>, which use no reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(ProbabilityText)])]
[JsonSerializable(typeof(Prediction))]
[JsonSerializable(typeof(PredictionList))]
[JsonSerializable(typeof(Reading))]
[JsonSerializable(typeof(ReadingList))]
internal sealed partial class PredictJson : JsonSerializerContext
{
    /// <summary>
    /// The default context with <see cref="JsonFormat.Encoder"/>, the encoder that the other endpoints use. <see cref="JsonSourceGenerationOptionsAttribute"/>
    /// cannot set an encoder.
    /// </summary>
    internal static PredictJson Relaxed => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JsonFormat.Encoder });
}
