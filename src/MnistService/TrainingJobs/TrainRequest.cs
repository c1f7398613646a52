using System.Text.Json.Serialization;

namespace MnistService.TrainingJobs;

/// <summary>The body of <c>POST /train</c>. Every field may be left out; <c>{}</c> trains the recommended recipe.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed record TrainRequest
{
    /// <summary>A name for people, up to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary><c>cnn</c> (default) or <c>mlp</c>, the fully connected baseline.</summary>
    public string? Network { get; init; }

    /// <summary>The data set: <c>mnist</c> (default) or the id of an uploaded one.</summary>
    public string? Data { get; init; }

    /// <summary><c>generator</c> (default): pictures distorted on the fly; <c>dataset</c>: as they are.</summary>
    public string? Mode { get; init; }

    /// <summary>Passes over the training pictures, 1–1000; default 40. Not together with <c>steps</c>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Batches, 1–10,000,000; generator mode only.</summary>
    public int? Steps { get; init; }

    /// <summary>Pictures a step, 8–4096; default 128.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Peak learning rate, above 0, at most 1; default 0.004.</summary>
    public double? LearningRate { get; init; }

    /// <summary><c>oneCycle</c> (default) or <c>cosine</c>.</summary>
    public string? Schedule { get; init; }

    /// <summary>Fraction of the steps in which the one-cycle schedule rises, 0–0.9; default 0.2.</summary>
    public double? WarmUp { get; init; }

    /// <summary>AdamW's weight decay, 0–1; default 0.1.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Probability mass spread over all digits, 0–0.5; default 0.05.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>Decay a step of the weights' moving average, 0 (none) to below 1; default 0.999.</summary>
    public double? WeightAverage { get; init; }

    /// <summary>Bounds of the distortions; generator mode only.</summary>
    public AugmentationRequest? Augmentation { get; init; }

    /// <summary>Decides weights, order and distortions; default 1.</summary>
    public long? Seed { get; init; }

    /// <summary>Fraction held out and measured after each epoch, 0–0.5; default 1/12, MNIST's last 5,000. An uploaded set is shuffled first, always alike.</summary>
    public double? Validation { get; init; }

    /// <summary>
    /// When the new model is promoted: <c>ifBetter</c> (default; not worse on the reference sets and better on the job's held-out images), <c>always</c>, <c>never</c>.
    /// </summary>
    public string? Activate { get; init; }

    /// <summary>A model whose weights it begins with, of the same network; random ones when left out.</summary>
    public string? StartFrom { get; init; }
}
