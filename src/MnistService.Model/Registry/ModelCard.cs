using System.Text.Json.Serialization;
using MnistService.Model.Architectures;
using MnistService.Model.Evaluation;
using MnistService.Model.Training;

namespace MnistService.Model.Registry;

/// <summary>What is known of a model version: kept as <c>card.json</c> beside its weights.</summary>
public sealed record ModelCard
{
    /// <summary>The folder's name, and the model's name everywhere.</summary>
    public required string Id { get; init; }

    /// <summary>A name for people; null when none was given.</summary>
    public string? Name { get; init; }

    public required NetworkKind Network { get; init; }

    /// <summary>Trainable values.</summary>
    public required long Parameters { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the training did to pixels.</summary>
    public PixelScaling Scaling { get; init; } = PixelScaling.Unit;

    /// <summary>SHA-256 of <c>weights.safetensors</c>, hexadecimal.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>What its logits are divided by before they become probabilities; fitted on the held-out pictures, 1 when none were.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How it was trained; null for an import.</summary>
    public TrainingRun? Training { get; init; }

    /// <summary>Where it came from; null for what was trained here.</summary>
    public ImportedWeights? Import { get; init; }

    /// <summary>Measured on the pictures held out of training, after the last epoch; null when none were held out.</summary>
    public Measurement? Validation { get; init; }

    /// <summary>Measured on the reference sets of the promotion rule when the model was added; null when none was available.</summary>
    public IReadOnlyList<ReferenceMeasurement>? References { get; init; }

    /// <summary>Whether the model came with the service. The promotion rule compares with the newest such model, and it cannot be deleted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Shipped { get; init; }

    /// <summary>Measured once on MNIST's 10,000 test images, after the last epoch; null when they were not at hand.</summary>
    public Measurement? Test { get; init; }

    /// <summary>What the temperature did, measured on the test images; null when none was fitted or they were not at hand.</summary>
    public CalibrationResult? Calibration { get; init; }

    /// <summary>
    /// [4][10] probabilities for the four <see cref="GoldenInputs"/>: a model that loads but answers otherwise is not served.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<float>> GoldenOutputs { get; init; }

    /// <summary>The settings and the surroundings of a training run: what is needed to repeat it.</summary>
    /// <param name="Job">Id of the job.</param>
    /// <param name="Settings">Everything that was set.</param>
    /// <param name="Data">Name or id of the data set.</param>
    /// <param name="DataSha256">Checksum of its content.</param>
    /// <param name="Images">Pictures trained on.</param>
    /// <param name="Device">Where it ran.</param>
    /// <param name="Threads">Threads of the trainer; results on the CPU depend on it.</param>
    /// <param name="LibTorch">Version of libtorch.</param>
    /// <param name="Service">Version of this service.</param>
    /// <param name="Seconds">Time of the run.</param>
    /// <param name="Epochs">One result a pass.</param>
    /// <param name="StartedFrom">The model whose weights it began with; null for random ones.</param>
    public sealed record TrainingRun(
        string Job, TrainingSettings Settings, string Data, string DataSha256, int Images, string Device, int Threads,
        string LibTorch, string Service, double Seconds, IReadOnlyList<EpochResult> Epochs, string? StartedFrom = null);

    /// <summary>An imported file, and what decided how its pixels are scaled.</summary>
    /// <param name="Format"><c>safetensors</c> or <c>pytorch</c>.</param>
    /// <param name="FileSha256">SHA-256 of the file as it came, hexadecimal.</param>
    /// <param name="Images">The last pictures of MNIST's training part: what both scalings were measured on.</param>
    /// <param name="UnitAccuracy">Fraction right with pixels divided by 255.</param>
    /// <param name="RawAccuracy">Fraction right without.</param>
    public sealed record ImportedWeights(string Format, string FileSha256, int Images, double UnitAccuracy, double RawAccuracy);

    /// <summary>Confidence before and after the temperature, on the test images; it changes no answer.</summary>
    /// <param name="FittedOn">Held-out pictures that the temperature was fitted on.</param>
    /// <param name="ErrorBefore">Expected calibration error at temperature 1, 15 bins.</param>
    /// <param name="ErrorAfter">The same at the card's temperature.</param>
    /// <param name="LossBefore">Mean negative log-likelihood at temperature 1, in nats.</param>
    /// <param name="LossAfter">The same at the card's temperature.</param>
    public sealed record CalibrationResult(int FittedOn, double ErrorBefore, double ErrorAfter, double LossBefore, double LossAfter);

    /// <summary>How many images of a reference set the model reads right.</summary>
    /// <param name="Set">The set's id.</param>
    /// <param name="Images">Images that the model was not trained on.</param>
    /// <param name="Right">How many of them it reads right.</param>
    /// <param name="Accuracy">The same as a fraction; null when it was trained on all.</param>
    public sealed record ReferenceMeasurement(string Set, int Images, int Right, double? Accuracy)
    {
        public static ReferenceMeasurement Of(ReferencePredictions predictions)
        {
            ArgumentNullException.ThrowIfNull(predictions);
            return new(predictions.Set, predictions.Images, predictions.Right, predictions.Images == 0 ? null : (double)predictions.Right / predictions.Images);
        }
    }

    /// <summary>An evaluation in short.</summary>
    /// <param name="Images">Pictures measured.</param>
    /// <param name="Accuracy">Fraction right.</param>
    /// <param name="Loss">Mean negative log-likelihood, in nats.</param>
    /// <param name="ConfusionMatrix">[10][10]: rows are the true digit, columns the answer.</param>
    public sealed record Measurement(int Images, double Accuracy, double Loss, IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix)
    {
        public static Measurement? Of(EvaluationResult? evaluation) => evaluation is null
            ? null
            : new(evaluation.Images, evaluation.Accuracy, evaluation.Loss, evaluation.ConfusionMatrix);
    }
}
