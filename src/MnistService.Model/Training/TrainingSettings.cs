using MnistService.Model.Architectures;

namespace MnistService.Model.Training;

/// <summary>The hyperparameters of a training run. The defaults are recommended.</summary>
public sealed record TrainingSettings
{
    public NetworkKind Network { get; init; } = NetworkKind.Cnn;

    public TrainingMode Mode { get; init; } = TrainingMode.Generator;

    /// <summary>Number of epochs, 1–1000. Ignored if <see cref="Steps"/> is set.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>Total number of steps (batches); <c>null</c> to train for <see cref="Epochs"/> epochs.</summary>
    public int? Steps { get; init; }

    /// <summary>Images per step, 8–4096.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Peak learning rate of AdamW.</summary>
    public double LearningRate { get; init; } = 0.004;

    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.OneCycle;

    /// <summary>Fraction of the steps in which the learning rate of <see cref="LearningRateSchedule.OneCycle"/> rises.</summary>
    public double WarmUp { get; init; } = 0.2;

    /// <summary>AdamW's decoupled weight decay: each step reduces each value by this fraction times the learning rate.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Label smoothing: the probability mass of the target that is distributed evenly over all ten digits.</summary>
    public double LabelSmoothing { get; init; } = 0.05;

    /// <summary>
    /// Decay per step of the exponential moving average (EMA) of the weights. The averaged weights are evaluated and saved; 0 saves the last weights.
    /// The decay is smaller early in a run, so that the average covers at most the steps so far.
    /// </summary>
    public double WeightAverage { get; init; } = 0.999;

    /// <summary>
    /// Augmentation in <see cref="TrainingMode.Generator"/> mode; <c>null</c> for none. <see cref="TrainingMode.Dataset"/> mode ignores it.
    /// </summary>
    public AugmentationSettings? Augmentation { get; init; } = new();

    public long Seed { get; init; } = 1;

    /// <summary>
    /// Fraction of the images that is held out for validation after each epoch, 0–0.5. The last images are held out. 1/12 of MNIST is 5,000 images.
    /// </summary>
    public double Validation { get; init; } = 1.0 / 12;

    /// <summary>Number of held-out images for a given total number of images.</summary>
    public int HeldOutOf(int images) => (int)Math.Round(images * Validation);
}
