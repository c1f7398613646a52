using MnistService.Model.Datasets;
using MnistService.Model.Training;

namespace MnistService.Model.Scoring;

/// <summary>Training images and number of training steps of a digit score.</summary>
/// <param name="Digits">Training images, all of which show a digit; at least 1.</param>
/// <param name="Steps">Number of training steps. A step takes about 3 ms on one processor core. With more steps, the score rejects more letters.</param>
public sealed record DigitScoreTraining(LabeledImages Digits, int Steps)
{
    /// <summary>Minimum number of training steps of a digit score. Applies to training jobs that process few images.</summary>
    private const int Fewest = 60;

    /// <summary>Maximum number of training steps of a digit score. This many steps take about 18 seconds on one processor core.</summary>
    private const int Most = 6_000;

    /// <summary>
    /// The number of training steps of the digit score is the number of images that the training job processes in all epochs, raised to this power. With an
    /// exponent below 1, short jobs remain short, and long jobs get an accurate score.
    /// </summary>
    private const double Power = 0.6;

    /// <summary>Returns the training images and the number of training steps for the digit score of a training job.</summary>
    /// <param name="settings">Hyperparameters of the job.</param>
    /// <param name="training">Training images of the job.</param>
    /// <param name="continues">
    /// Whether the job starts from the weights of a trained model. The digit score is trained from scratch even then, so the number of steps is computed from
    /// at least the default number of epochs. Ignored if <see cref="Hyperparameters.Steps"/> is set.
    /// </param>
    public static DigitScoreTraining For(Hyperparameters settings, ImageMixture training, bool continues)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(training);
        var seen = settings.Steps is { } steps ? (long)steps * settings.BatchSize : (long)Math.Max(settings.Epochs, continues ? new Hyperparameters().Epochs : 0) * training.EpochImages;
        return new(training.Images, (int)Math.Clamp(Math.Pow(seen, Power), Fewest, Most));
    }
}
