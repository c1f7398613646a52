using System.Text.Json.Serialization;
using MnistService.Model.Architectures;
using MnistService.Model.Evaluation;
using MnistService.Model.Training;

namespace MnistService.Model.Registry;

/// <summary>Metadata of a model version, stored as <c>card.json</c> next to its weights.</summary>
public sealed record ModelCard
{
    /// <summary>Unique id of the model version, which is also the name of the version's folder in the model store.</summary>
    public required string Id { get; init; }

    /// <summary>Display name; <c>null</c> if an older version of the service stored the model without a name.</summary>
    public string? Name { get; init; }

    public required NetworkKind Network { get; init; }

    /// <summary>Number of trainable parameters (weights and biases).</summary>
    public required long Parameters { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The pixel scaling that the model was trained with.</summary>
    public PixelScaling Scaling { get; init; } = PixelScaling.Unit;

    /// <summary>SHA-256 of <c>weights.safetensors</c>, hexadecimal.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>
    /// Softmax temperature, by which the logits are divided. It is fitted on the held-out images, or is 1 if fewer than 100 images were held out.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Settings and environment of the training run; <c>null</c> for an imported model.</summary>
    public TrainingRun? Training { get; init; }

    /// <summary>Origin of imported weights; <c>null</c> for a model that this service trained.</summary>
    public ImportedWeights? Import { get; init; }

    /// <summary>Metrics on the held-out images, measured when the model was stored; <c>null</c> if no images were held out.</summary>
    public Measurement? Validation { get; init; }

    /// <summary>
    /// Results on the reference sets, measured when the model was stored. The promotion rule compares models on these sets. <c>null</c> if no reference set was
    /// available.
    /// </summary>
    public IReadOnlyList<ReferenceMeasurement>? References { get; init; }

    /// <summary>
    /// Whether the model was shipped with the service. The promotion rule compares each candidate with the newest shipped model, which clients cannot delete.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Shipped { get; init; }

    /// <summary>Metrics on MNIST's 10,000 test images, measured once, when the model was stored; <c>null</c> if the test images were not available.</summary>
    public Measurement? Test { get; init; }

    /// <summary>
    /// Effect of temperature scaling, measured on the test images; <c>null</c> if no temperature was fitted or the test images were not available.
    /// </summary>
    public CalibrationResult? Calibration { get; init; }

    /// <summary>
    /// Results of the digit score, which estimates whether an image shows a digit; <c>null</c> if the model has no digit score. The score is stored as
    /// <c>digit-score.safetensors</c> next to the weights.
    /// </summary>
    public DigitScoreMeasurement? DigitScore { get; init; }

    /// <summary>
    /// [4][10] expected probabilities for the four <see cref="GoldenInputs"/>: one row per image, one column per digit. A model is rejected at load time if a
    /// computed probability differs from the expected one by more than 0.002.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<float>> GoldenOutputs { get; init; }

    /// <summary>The settings and the environment of a training run, which are needed to reproduce the run.</summary>
    /// <param name="Job">Id of the training job.</param>
    /// <param name="Settings">The hyperparameters.</param>
    /// <param name="Data">Id of the data set; for a mixture, the ids of its data sets, such as <c>mnist + strokes</c>.</param>
    /// <param name="DataSha256">
    /// SHA-256 of the data set's content, hexadecimal. For a mixture, SHA-256 of the checksums and the mixture weights of its data sets.
    /// </param>
    /// <param name="Images">Number of training images, without the held-out images; for a mixture, the sum over its data sets.</param>
    /// <param name="Device">Device that trained the model: <c>cpu</c> or, for example, <c>cuda:0</c>.</param>
    /// <param name="Threads">Maximum number of training threads. On the CPU, the trained weights depend on this number.</param>
    /// <param name="LibTorch">Version of libtorch.</param>
    /// <param name="Service">Version of this service.</param>
    /// <param name="Seconds">Duration of the run in seconds.</param>
    /// <param name="Epochs">Metrics of each epoch, in order.</param>
    /// <param name="Parts">The data sets of a mixture; <c>null</c> for a single data set.</param>
    /// <param name="StartedFrom">Id of the model that provided the initial weights; <c>null</c> for random weights.</param>
    public sealed record TrainingRun(
        string Job, Hyperparameters Settings, string Data, string DataSha256, int Images, string Device, int Threads,
        string LibTorch, string Service, double Seconds, IReadOnlyList<EpochResult> Epochs, string? StartedFrom = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TrainingPart>? Parts = null)
    {
        /// <summary>Returns the number of training images from a data set; <c>null</c> if the model was not trained on the data set.</summary>
        /// <param name="data">Id of the data set.</param>
        public int? ImagesOf(string data) => Data == data ? Images : Parts?.FirstOrDefault(part => part.Data == data)?.Images;
    }

    /// <summary>One data set of a training mixture.</summary>
    /// <param name="Data">Id of the data set.</param>
    /// <param name="Sha256">SHA-256 of the data set's content, hexadecimal.</param>
    /// <param name="Images">Number of training images of this data set, without the held-out images.</param>
    /// <param name="Weight">
    /// Mixture weight relative to the first data set: in an epoch, the expected number of images of this data set for each image of the first data set.
    /// </param>
    public sealed record TrainingPart(string Data, string Sha256, int Images, double Weight);

    /// <summary>Origin of imported weights, and the accuracies that determined their pixel scaling.</summary>
    /// <param name="Format"><c>safetensors</c> or <c>pytorch</c>.</param>
    /// <param name="FileSha256">SHA-256 of the uploaded file, hexadecimal.</param>
    /// <param name="Images">
    /// Number of images on which <paramref name="UnitAccuracy"/> and <paramref name="RawAccuracy"/> were measured: the last images of MNIST's training set.
    /// </param>
    /// <param name="UnitAccuracy">Accuracy, as a fraction, with the pixel scaling <c>unit</c>: pixels are divided by 255, then standardized.</param>
    /// <param name="RawAccuracy">Accuracy, as a fraction, with the pixel scaling <c>raw</c>: pixels are standardized without the division by 255.</param>
    /// <param name="Tried">
    /// Accuracy with each pixel scaling; <c>null</c> if an older version of the service, which tried only two pixel scalings, stored the model.
    /// </param>
    /// <param name="Warning">Warning, with advice, if the accuracy with the best pixel scaling is below 90 %; otherwise <c>null</c>.</param>
    public sealed record ImportedWeights(
        string Format, string FileSha256, int Images, double UnitAccuracy, double RawAccuracy,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TriedScaling>? Tried = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning = null)
    {
        /// <summary>Returns the accuracy, as a fraction, with a pixel scaling that was tried.</summary>
        public double AccuracyWith(PixelScaling scaling) => Tried!.Single(tried => tried.Scaling == scaling).Accuracy;
    }

    /// <summary>Accuracy of imported weights with a pixel scaling.</summary>
    /// <param name="Scaling">The pixel scaling.</param>
    /// <param name="Images">
    /// Number of images that the accuracy was measured on. Pixel scalings that are clearly worse than the best are measured on fewer images, except <c>unit</c>
    /// and <c>raw</c>.
    /// </param>
    /// <param name="Accuracy">Fraction of the images that are classified correctly.</param>
    public sealed record TriedScaling(PixelScaling Scaling, int Images, double Accuracy);

    /// <summary>Calibration on the test images before and after temperature scaling, which does not change the predicted digits.</summary>
    /// <param name="FittedOn">Number of held-out images that the temperature was fitted on.</param>
    /// <param name="ErrorBefore">Expected calibration error (15 bins), as a fraction, at temperature 1.</param>
    /// <param name="ErrorAfter">Expected calibration error (15 bins), as a fraction, at the model's temperature.</param>
    /// <param name="LossBefore">Mean negative log-likelihood in nats at temperature 1.</param>
    /// <param name="LossAfter">Mean negative log-likelihood in nats at the model's temperature.</param>
    public sealed record CalibrationResult(int FittedOn, double ErrorBefore, double ErrorAfter, double LossBefore, double LossAfter);

    /// <summary>Result of the model on a reference set.</summary>
    /// <param name="Set">Id of the reference set.</param>
    /// <param name="Images">Number of images of the set that the model was not trained on.</param>
    /// <param name="Right">Number of correctly classified images, among the images that the model was not trained on.</param>
    /// <param name="Accuracy">
    /// Fraction of correctly classified images, among the images that the model was not trained on; <c>null</c> if the model was trained on all images of the
    /// set.
    /// </param>
    public sealed record ReferenceMeasurement(string Set, int Images, int Right, double? Accuracy)
    {
        public static ReferenceMeasurement Of(ReferencePredictions predictions)
        {
            ArgumentNullException.ThrowIfNull(predictions);
            return new(predictions.Set, predictions.Images, predictions.Right, predictions.Images == 0 ? null : (double)predictions.Right / predictions.Images);
        }
    }

    /// <summary>Results of the digit score on the images that it was calibrated on. The score was not trained on these images.</summary>
    /// <param name="Sha256">SHA-256 of <c>digit-score.safetensors</c>, hexadecimal.</param>
    /// <param name="Digits">
    /// Number of digits that were evaluated: the images of all held-out sets with at least 500 images, or drawn digits if there is no such set.
    /// </param>
    /// <param name="Accepted">
    /// Fraction of the evaluated digits that the score accepts, because their digit probability is at least 0.5. The calibration ensures at least 0.993 for
    /// each held-out set with at least 500 images, and at least 0.985 for drawn digits.
    /// </param>
    /// <param name="NonDigits">Number of non-digits that were evaluated: drawn letters, signs, scribbles, shapes, and images with several digits.</param>
    /// <param name="Rejected">Fraction of the evaluated non-digits that the score rejects, because their digit probability is below 0.5.</param>
    /// <param name="GoldenOutputs">
    /// [4] expected probabilities that the image shows a digit, for the four <see cref="GoldenInputs"/>. A model is rejected at load time if a computed
    /// probability differs from the expected one by more than 0.002.
    /// </param>
    public sealed record DigitScoreMeasurement(string Sha256, int Digits, double Accepted, int NonDigits, double Rejected, IReadOnlyList<float> GoldenOutputs);

    /// <summary>Metrics of the model on a set of images.</summary>
    /// <param name="Images">Number of evaluated images.</param>
    /// <param name="Accuracy">Fraction of the images that are classified correctly.</param>
    /// <param name="Loss">Mean negative log-likelihood, in nats.</param>
    /// <param name="ConfusionMatrix">[10][10] counts. The row is the true digit; the column is the predicted digit.</param>
    public sealed record Measurement(int Images, double Accuracy, double Loss, IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix)
    {
        public static Measurement? Of(EvaluationResult? evaluation) => evaluation is null
            ? null
            : new(evaluation.Images, evaluation.Accuracy, evaluation.Loss, evaluation.ConfusionMatrix);
    }
}
