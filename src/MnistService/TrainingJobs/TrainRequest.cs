using System.Text.Json.Serialization;
using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>
/// Body of <c>POST /train</c>. All fields are optional; <c>{}</c> trains with the recommended hyperparameters. Each hyperparameter is a field of the JSON
/// object, such as <c>epochs</c>.
/// </summary>
[JsonConverter(typeof(TrainRequestConverter))]
internal sealed record TrainRequest
{
    /// <summary>Human-readable name, up to 100 characters. If omitted, the service generates a name from the network, the data sets and the time.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The training data; default <c>["mnist", "strokes"]</c>. Either the id of a data set that <c>GET /datasets</c> lists, or a mixture: a list of up to 8 ids
    /// or objects such as <c>{"id":"strokes","weight":0.2}</c>. The weight is the expected number of training images of this data set per training image of
    /// the first data set in the list.
    /// </summary>
    public IReadOnlyList<RequestedData>? Data { get; init; }

    /// <summary>
    /// Promotion policy. With <c>ifBetter</c> (default), the model is promoted if it is better than the served model on the images of the job's uploaded data
    /// sets (if the job has none, on the reference sets), and not worse on any reference set: MNIST, strokes, and the data sets in
    /// <c>MnistService:Promotion:ReferenceSets</c>. With <c>always</c> or <c>never</c>, these results do not affect the promotion.
    /// </summary>
    public string? Promote { get; init; }

    /// <summary>Deprecated alias of <c>promote</c>; version 2 removes it.</summary>
    [Obsolete("Use Promote.")]
    public string? Activate { get; init; }

    /// <summary>Id of the model whose weights the training starts with. The model must have the same network. If omitted, the weights are random.</summary>
    public string? StartFrom { get; init; }

    /// <summary>
    /// Values of the hyperparameters that the request contains, by <see cref="HyperparameterDefinition.Name"/>. A number has the .NET type of the
    /// hyperparameter, and may be out of range. An enumeration value is the string that the client sent.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, object> Hyperparameters { get; init; } = new Dictionary<string, object>();

    /// <summary>Whether the request contains the object <c>augmentation</c>, even if it is empty.</summary>
    [JsonIgnore]
    public bool HasAugmentation { get; init; }
}
