using MnistService.Model.Architectures;

namespace MnistService.Model.Training;

/// <summary>The hyperparameters of a training run. The defaults are recommended.</summary>
public sealed record Hyperparameters
{
    [Hyperparameter("Network", "Network architecture: `cnn`, or `mlp`, the fully connected baseline.")]
    public NetworkKind Network { get; init; } = NetworkKind.Cnn;

    [Hyperparameter("Images", "Training mode: `generator` augments the images on the fly; `dataset` uses them unchanged.")]
    public TrainingMode Mode { get; init; } = TrainingMode.Generator;

    [Hyperparameter("Epochs",
        "Number of passes over the training images. In a mixture, an epoch has as many images as the first data set. Must not be combined with `steps`.", Least = 1, Most = 1000)]
    public int Epochs { get; init; } = 52;

    [Hyperparameter("Steps", "Number of batches; generator mode only. Replaces `epochs`.", Least = 1, Most = 10_000_000)]
    public int? Steps { get; init; }

    [Hyperparameter("Batch size", "Images per step.", Least = 8, Most = 4096)]
    public int BatchSize { get; init; } = 128;

    [Hyperparameter("Peak learning rate", "Peak learning rate of AdamW.", Least = 0, Most = 1, LeastExcluded = true)]
    public double LearningRate { get; init; } = 0.004;

    [Hyperparameter("Scheduler", "Learning-rate scheduler: `oneCycle` starts with a warm-up; `cosine` only decreases the learning rate.")]
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.OneCycle;

    [Hyperparameter("Warm-up", "Fraction of the steps during which the one-cycle scheduler increases the learning rate.", Unit = "share of the steps", Least = 0, Most = 0.9)]
    public double WarmUp { get; init; } = 0.2;

    [Hyperparameter("Weight decay", "AdamW's decoupled weight decay: each step multiplies each parameter by 1 − learning rate × weight decay.", Least = 0, Most = 1)]
    public double WeightDecay { get; init; } = 0.1;

    [Hyperparameter("Label smoothing", "Probability mass of the label that is distributed evenly over all ten digits.", Least = 0, Most = 0.5)]
    public double LabelSmoothing { get; init; } = 0.05;

    /// <remarks>
    /// In step n, counted from 1, the decay of the weight average is at most (n − 1) / (n + 9), so that the average does not retain the initial weights.
    /// </remarks>
    [Hyperparameter("Weight average (EMA)",
        "Decay per step of the exponential moving average of the weights. The averaged weights are evaluated and saved; 0 saves the last weights.",
        Unit = "decay per step", Least = 0, Most = 0.999999)]
    public double WeightAverage { get; init; } = 0.999;

    /// <summary>Augmentation in <see cref="TrainingMode.Generator"/> mode; <c>null</c> for none. Ignored in <see cref="TrainingMode.Dataset"/> mode.</summary>
    public AugmentationSettings? Augmentation { get; init; } = new();

    [Hyperparameter("Seed", "Seed of the initial weights, the image order and the augmentation.")]
    public long Seed { get; init; } = 1;

    [Hyperparameter("Validation",
        "Fraction of the images that is held out and evaluated after each epoch. The last images are held out; 1/12 of MNIST is its last 5,000 training images. " +
        "An uploaded data set is first shuffled with a fixed seed.",
        Unit = "share of the images", Least = 0, Most = 0.5)]
    public double Validation { get; init; } = 1.0 / 12;

    /// <summary>Returns how many of <paramref name="images"/> images are held out for validation.</summary>
    public int HeldOutOf(int images) => (int)Math.Round(images * Validation);
}

/// <summary>The learning-rate schedule of a training run. <see cref="Hyperparameters.LearningRate"/> is the peak.</summary>
public enum LearningRateSchedule
{
    /// <summary>
    /// The learning rate rises from 1/25 of its maximum to the maximum during the warm-up, then falls to zero. The rise and the fall each follow half a period
    /// of a cosine (Smith, arXiv 1708.07120).
    /// </summary>
    OneCycle,

    /// <summary>The learning rate falls from its maximum to zero along half a period of a cosine, without a warm-up.</summary>
    Cosine,
}

/// <summary>Whether the training images are augmented.</summary>
public enum TrainingMode
{
    /// <summary>Training uses the unmodified images, in shuffled batches.</summary>
    Dataset,

    /// <summary>
    /// Training uses randomly augmented images, in shuffled batches. Each step draws new random values for the images. <see cref="AugmentationSettings.Until"/>
    /// is the fraction of the steps after which the images are unmodified.
    /// </summary>
    Generator,
}
