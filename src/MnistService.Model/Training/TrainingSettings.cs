using MnistService.Model.Architectures;

namespace MnistService.Model.Training;

/// <summary>Everything that decides a training run besides the data. The defaults are the recommended recipe.</summary>
public sealed record TrainingSettings
{
    public NetworkKind Network { get; init; } = NetworkKind.Cnn;

    public TrainingMode Mode { get; init; } = TrainingMode.Generator;

    /// <summary>Passes over the training pictures, 1–1000. Ignored when <see cref="Steps"/> is set.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>Batches in all; null = <see cref="Epochs"/> passes.</summary>
    public int? Steps { get; init; }

    /// <summary>Pictures a step, 8–4096.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Peak learning rate of AdamW.</summary>
    public double LearningRate { get; init; } = 0.004;

    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.OneCycle;

    /// <summary>Fraction of the steps in which <see cref="LearningRateSchedule.OneCycle"/> rises.</summary>
    public double WarmUp { get; init; } = 0.2;

    /// <summary>AdamW's decoupled weight decay: the fraction of each value taken away a step, times the learning rate.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Probability mass that the target gives to all ten digits alike.</summary>
    public double LabelSmoothing { get; init; } = 0.05;

    /// <summary>
    /// Decay a step of the exponential moving average of the weights, which is what is evaluated and kept; 0 keeps the last weights.
    /// Early in a run the average is shorter: at most the steps so far.
    /// </summary>
    public double WeightAverage { get; init; } = 0.999;

    /// <summary>Distortions of the generator mode; null in data-set mode.</summary>
    public AugmentationSettings? Augmentation { get; init; } = new();

    public long Seed { get; init; } = 1;

    /// <summary>The last part of the training pictures that is held out and measured after each epoch, 0–0.5. 1/12 of MNIST = 5,000.</summary>
    public double Validation { get; init; } = 1.0 / 12;

    /// <summary>How many of so many pictures are held out.</summary>
    public int HeldOutOf(int images) => (int)Math.Round(images * Validation);
}
