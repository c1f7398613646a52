using System.Text.Json.Serialization;

namespace MnistService.TrainingJobs;

/// <summary>Body of <c>POST /train</c>. All fields are optional; <c>{}</c> trains with the recommended hyperparameters.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed record TrainRequest
{
    /// <summary>Human-readable name, up to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Network architecture: <c>cnn</c> (default) or <c>mlp</c>, the fully connected baseline.</summary>
    public string? Network { get; init; }

    /// <summary>Id of the data set: <c>mnist</c> (default) or an uploaded one.</summary>
    public string? Data { get; init; }

    /// <summary>Training mode: <c>generator</c> (default) augments the images on the fly; <c>dataset</c> uses them unchanged.</summary>
    public string? Mode { get; init; }

    /// <summary>Number of passes over the training images, 1–1000; default 40. Must not be combined with <c>steps</c>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Number of batches, 1–10,000,000; generator mode only. Replaces <c>epochs</c>.</summary>
    public int? Steps { get; init; }

    /// <summary>Images per batch, 8–4096; default 128.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Peak learning rate, above 0 and at most 1; default 0.004.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Learning-rate scheduler: <c>oneCycle</c> (default) or <c>cosine</c>.</summary>
    public string? Schedule { get; init; }

    /// <summary>Fraction of the steps during which the one-cycle scheduler increases the learning rate (warm-up), 0–0.9; default 0.2.</summary>
    public double? WarmUp { get; init; }

    /// <summary>Weight decay of AdamW, 0–1; default 0.1.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Label smoothing: probability mass that is spread over all ten digits, 0–0.5; default 0.05.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>Decay per step of the exponential moving average of the weights, 0 (no averaging) to 0.999999; default 0.999.</summary>
    public double? WeightAverage { get; init; }

    /// <summary>Bounds of the random augmentation; generator mode only.</summary>
    public AugmentationRequest? Augmentation { get; init; }

    /// <summary>Seed of the initial weights, the image order and the augmentation; default 1.</summary>
    public long? Seed { get; init; }

    /// <summary>
    /// Fraction of the images that is held out and evaluated after each epoch, 0–0.5; default 1/12, which is the last 5,000 training images of MNIST. An
    /// uploaded data set is first shuffled with a fixed seed.
    /// </summary>
    public double? Validation { get; init; }

    /// <summary>
    /// Promotion policy: <c>ifBetter</c> (default) promotes the model only if it is not worse on the reference sets and better on the job's held-out images;
    /// <c>always</c>; <c>never</c>.
    /// </summary>
    public string? Promote { get; init; }

    /// <summary>Deprecated alias of <c>promote</c>; version 2 removes it.</summary>
    [Obsolete("Use Promote.")]
    public string? Activate { get; init; }

    /// <summary>Id of a model of the same network whose weights the training starts with; random weights if omitted.</summary>
    public string? StartFrom { get; init; }
}
