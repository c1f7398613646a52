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
    /// <summary>Display name, up to 100 characters. If omitted, the service generates a name from the network, the data sets and the time.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The training data: the id of a data set that <c>GET /datasets</c> lists, or a mixture of up to 8 data sets. Default <c>["mnist", "strokes"]</c>. A
    /// mixture is a list of ids, or of objects such as <c>{"id":"strokes","weight":0.2}</c>. The weight is the expected number of images that are drawn from
    /// the data set per image that is drawn from the first data set of the list.
    /// </summary>
    public IReadOnlyList<RequestedData>? Data { get; init; }

    /// <summary>
    /// Promotion policy: <c>ifBetter</c> (default), <c>always</c> or <c>never</c>. <c>ifBetter</c> promotes the model under two conditions. (1) The model is
    /// better than the served model on the images of the job's uploaded data sets; with fewer than 100 such images, an equally good model is sufficient. If the
    /// job has no such images, the model must be better on the reference sets. (2) The model is not worse on any reference set than the served model or the
    /// model that was shipped with the service. The reference sets are held-out images of the data sets <c>mnist</c> and <c>strokes</c>, and the data sets in
    /// <c>MnistService:Promotion:ReferenceSets</c>. With <c>always</c> or <c>never</c>, these results do not affect the promotion.
    /// </summary>
    public string? Promote { get; init; }

    /// <summary>Deprecated alias of <c>promote</c>; version 2 removes it.</summary>
    [Obsolete("Use Promote.")]
    public string? Activate { get; init; }

    /// <summary>
    /// Id of the model whose weights the training starts with. This model must have the network that the job trains. If omitted, the weights are random.
    /// </summary>
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
