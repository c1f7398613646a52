using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Files;
using MnistService.Model.Inference;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Native;
using MnistService.Model.Scoring;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>
/// A trained or imported model that is not in the model store yet. <see cref="AddTo"/> calibrates the model, evaluates it with the production inference code,
/// and stores it.
/// </summary>
public sealed record ModelCandidate
{
    /// <summary>Minimum number of held-out images for fitting the softmax temperature. With fewer images, the temperature is 1.</summary>
    private const int FewestToCalibrate = 100;

    /// <summary>Display name; <c>null</c> for a default name (<see cref="DefaultName.OfModel"/>).</summary>
    public string? Name { get; init; }

    public required NetworkKind Network { get; init; }

    /// <summary>Number of trainable parameters (weights and biases).</summary>
    public required long Parameters { get; init; }

    public required StateDict State { get; init; }

    public PixelScaling Scaling { get; init; } = PixelScaling.Unit;

    /// <summary>Settings and environment of the training run; <c>null</c> for an imported model.</summary>
    public ModelCard.TrainingRun? Training { get; init; }

    /// <summary>Origin of imported weights; <c>null</c> for a model that this service trained.</summary>
    public ModelCard.ImportedWeights? Import { get; init; }

    /// <summary>
    /// Training images and number of training steps of the digit score; <c>null</c> to store the model without a digit score. The model is also stored without
    /// a digit score if the training of the score diverges.
    /// </summary>
    public DigitScoreTraining? ScoreTraining { get; init; }

    /// <summary>
    /// Held-out sets of digits for the calibration of the digit score. The calibrated score accepts at least 99.3 % of each set with at least 500 images;
    /// smaller sets are ignored. <c>null</c> to use the validation images as the only set.
    /// </summary>
    public IReadOnlyList<LabeledImages>? ScoreHeldOut { get; init; }

    /// <summary>Reference sets to evaluate the model on. <c>Seen</c> has one flag per image: <c>true</c> if the model was trained on the image.</summary>
    public IReadOnlyList<(ReferenceSet Set, IReadOnlyList<bool> Seen)> References { get; init; } = [];

    /// <summary>
    /// Calibrates and evaluates the model, and adds it to the model store. This method is slow and synchronous; call it on a dedicated thread.
    /// </summary>
    /// <param name="validation">Images that the model was not trained on, for fitting the softmax temperature; <c>null</c> if no images were held out.</param>
    /// <param name="test">
    /// MNIST's test images; <c>null</c> if they are not available. The model is evaluated on these images once. No decision depends on the accuracy, but the
    /// model is rejected if an output is not finite.
    /// </param>
    /// <param name="cancellation">Checked between batches. If the operation is canceled, nothing is written.</param>
    /// <returns>The card of the new model version.</returns>
    /// <exception cref="ModelFormatException">The weights do not match the network, or an output is not finite.</exception>
    /// <exception cref="IOException">The model version cannot be written.</exception>
    public ModelCard AddTo(
        ModelStore store, DeviceChoice device, TimeProvider time, LabeledImages? validation, LabeledImages? test, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        var id = $"{Network.ToString().ToLowerInvariant()}-{Training?.Job ?? SortableId.New(time)}";
        using var plain = DigitClassifiers.CreateOne(id, Network, State, Scaling, device);
        RequireNumbers(plain);
        var heldOut = validation is null ? null : Predictions.Measure(plain, validation, cancellation);
        var temperature = heldOut?.Count >= FewestToCalibrate ? TemperatureScaling.Fit(heldOut) : 1;
        var tested = test is null ? null : Predictions.Measure(plain, test, cancellation);
        if (heldOut?.AreFinite() == false || tested?.AreFinite() == false) throw NotFinite();
        var (before, after) = tested is null ? (null, null) : (EvaluationResult.Of(tested), EvaluationResult.Of(tested.At(temperature)));
        var references = References.Select(r => ReferencePredictions.Measure(plain, r.Set, r.Seen, cancellation)).ToList();
        var score = ScoreTraining is null ? null : DigitScoreFit.Run(Network, FusedNetwork.Prepare(Network, State, Scaling), ScoreTraining, ScoreHeldOut ?? ListOf(validation), cancellation);
        using var serving = DigitClassifiers.CreateOne(id, Network, State, Scaling, device, temperature, score?.Score);
        var golden = GoldenInputs.Ask(serving);
        return store.Add((checksum, scoreChecksum) => new ModelCard
        {
            Id = id,
            Name = Name ?? DefaultName.OfModel(Network, Training?.Data ?? "imported", time.GetUtcNow()),
            Network = Network,
            Parameters = Parameters,
            CreatedAt = time.GetUtcNow(),
            Scaling = Scaling,
            Temperature = temperature,
            WeightsSha256 = checksum,
            Training = Training,
            Import = Import,
            Validation = ModelCard.Measurement.Of(heldOut is null ? null : EvaluationResult.Of(heldOut.At(temperature))),
            References = references.Count == 0 ? null : [.. references.Select(ModelCard.ReferenceMeasurement.Of)],
            Test = ModelCard.Measurement.Of(after),
            Calibration = temperature == 1 || before is null || after is null
                ? null
                : new(heldOut!.Count, before.CalibrationError!.Value, after.CalibrationError!.Value, before.Loss, after.Loss),
            DigitScore = score is null ? null : Describe(score, scoreChecksum!, serving),
            GoldenOutputs = golden,
        }, State, score?.Score, after, references);
    }

    /// <summary>
    /// Trains a digit score, which estimates whether an image shows a digit, and adds it to a stored model version. An existing score is replaced.
    /// </summary>
    /// <param name="training">Training images and number of training steps of the digit score.</param>
    /// <param name="heldOut">Held-out sets of digits, which the model was not trained on, for the calibration of the digit score.</param>
    /// <returns>The card with the results of the new score.</returns>
    /// <exception cref="ModelFormatException">The model cannot be read, or the training of the score diverged.</exception>
    public static ModelCard AddScore(ModelStore store, ModelCard card, DigitScoreTraining training, IReadOnlyList<LabeledImages> heldOut, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(heldOut);
        var state = store.ReadWeights(card);
        var fit = DigitScoreFit.Run(card.Network, FusedNetwork.Prepare(card.Network, state, card.Scaling), training, heldOut, cancellation)
            ?? throw new ModelFormatException($"The training of the digit score of model '{card.Id}' diverged, "
                + "probably because the features of the network are too large. The model is unchanged.");
        using var serving = DigitClassifiers.CreateOne(card.Id, card.Network, state, card.Scaling, DeviceChoice.WithoutTorch("cpu")!, card.Temperature, fit.Score);
        return store.AddScore(card.Id, fit.Score, checksum => card with { DigitScore = Describe(fit, checksum, serving) });
    }

    private static ModelCard.DigitScoreMeasurement Describe(DigitScoreFit fit, string checksum, IDigitClassifier serving) =>
        new(checksum, fit.Digits, fit.Accepted, fit.NonDigits, fit.Rejected, GoldenInputs.AskScore(serving));

    private static IReadOnlyList<LabeledImages> ListOf(LabeledImages? images) => images is null ? [] : [images];

    private static void RequireNumbers(IDigitClassifier classifier)
    {
        if (!GoldenInputs.Ask(classifier).All(row => row.All(float.IsFinite))) throw NotFinite();
    }

    private static ModelFormatException NotFinite() => new("The network computes infinities or NaN, because its weights are too large or not finite; expected finite probabilities. "
        + "Train the model again with a lower learning rate.");
}
