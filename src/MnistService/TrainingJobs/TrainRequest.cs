using System.Text.Json.Serialization;
using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>
/// Body of <c>POST /train</c>. All fields are optional; <c>{}</c> trains with the recommended hyperparameters. Each hyperparameter is a field of the JSON object,
/// such as <c>epochs</c>.
/// </summary>
[JsonConverter(typeof(TrainRequestConverter))]
internal sealed record TrainRequest
{
    /// <summary>Human-readable name, up to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The training data; default <c>["mnist", "strokes"]</c>. Either the id of a data set that <c>GET /datasets</c> lists, or a mixture: a list of up to 8 ids or
    /// objects such as <c>{"id":"strokes","weight":0.33}</c>. The weight is the expected number of images of this data set per image of the first one.
    /// </summary>
    public IReadOnlyList<RequestedData>? Data { get; init; }

    /// <summary>
    /// Promotion policy: <c>ifBetter</c> (default) promotes the model only if it is better than the served model on the held-out images of the uploaded data sets or, without these, on the
    /// reference sets; and not worse on each reference set (MNIST, strokes, <c>MnistService:Promotion:ReferenceSets</c>). <c>always</c> and <c>never</c> ignore these results.
    /// </summary>
    public string? Promote { get; init; }

    /// <summary>Deprecated alias of <c>promote</c>; version 2 removes it.</summary>
    [Obsolete("Use Promote.")]
    public string? Activate { get; init; }

    /// <summary>Id of the model whose weights the training starts with. The model must have the same network. If omitted, the weights are random.</summary>
    public string? StartFrom { get; init; }

    /// <summary>
    /// The hyperparameters that the request contains, by <see cref="HyperparameterDefinition.Name"/>. The value of a number has the type of
    /// the hyperparameter, and may be out of range. The value of an enumeration is the string that the client sent.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, object> Hyperparameters { get; init; } = new Dictionary<string, object>();

    /// <summary>Whether the request contains the object <c>augmentation</c>, even if it is empty.</summary>
    [JsonIgnore]
    public bool HasAugmentation { get; init; }
}
