using MnistService.Model.Datasets;
using MnistService.Model.Training;

namespace MnistService.Model.Scoring;

/// <summary>Training images and number of steps of a digit score.</summary>
/// <param name="Digits">Images of digits; at least 1.</param>
/// <param name="Steps">Number of steps. A step takes about 3 ms of one core. More steps reject more letters.</param>
public sealed record DigitScoreTraining(LabeledImages Digits, int Steps)
{
    private const int Fewest = 60, Most = 6_000;

    /// <summary>The steps are this power of the number of images that a job reads, so that short jobs stay short and long ones get a good score.</summary>
    private const double Power = 0.6;

    /// <summary>Returns the training of the digit score for a job.</summary>
    /// <param name="continues">
    /// Whether the job starts from a trained model. Its digit score is trained anew, so a few epochs count as the recommended number.
    /// </param>
    public static DigitScoreTraining For(Hyperparameters settings, ImageMixture training, bool continues)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(training);
        var seen = settings.Steps is { } steps ? (long)steps * settings.BatchSize : (long)Math.Max(settings.Epochs, continues ? new Hyperparameters().Epochs : 0) * training.EpochImages;
        return new(training.Images, (int)Math.Clamp(Math.Pow(seen, Power), Fewest, Most));
    }
}
