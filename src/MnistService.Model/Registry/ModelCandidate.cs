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
/// A trained or imported model that is not in the model store yet. <see cref="AddTo"/> calibrates it, evaluates it with the production inference code, and
/// stores it.
/// </summary>
public sealed record ModelCandidate
{
    /// <summary>Smallest number of images for fitting the temperature. Fewer images are too little evidence.</summary>
    private const int FewestToCalibrate = 100;

    /// <summary>Display name; <c>null</c> for a name that states the content.</summary>
    public string? Name { get; init; }

    public required NetworkKind Network { get; init; }

    /// <summary>Number of trainable values.</summary>
    public required long Parameters { get; init; }

    public required StateDict State { get; init; }

    public PixelScaling Scaling { get; init; } = PixelScaling.Unit;

    /// <summary>Settings and environment of the training run; <c>null</c> for an imported model.</summary>
    public ModelCard.TrainingRun? Training { get; init; }

    /// <summary>Origin of imported weights; <c>null</c> for a model that this service trained.</summary>
    public ModelCard.ImportedWeights? Import { get; init; }

    /// <summary>Training of the digit score; <c>null</c> stores the model without a digit score.</summary>
    public DigitScoreTraining? ScoreTraining { get; init; }

    /// <summary>Sets of images that calibrate the digit score, each of which must be accepted; <c>null</c> for the validation images as one set.</summary>
    public IReadOnlyList<LabeledImages>? ScoreHeldOut { get; init; }

    /// <summary>Reference sets to measure the model on. <c>Seen</c> has one flag per image: <c>true</c> if the model was trained on the image.</summary>
    public IReadOnlyList<(ReferenceSet Set, IReadOnlyList<bool> Seen)> References { get; init; } = [];

    /// <summary>
    /// Calibrates and measures the model and adds it to the model store. This is slow and synchronous; call it on a dedicated thread.
    /// </summary>
    /// <param name="validation">Images that the model was not trained on, for fitting the temperature; <c>null</c> if there are none.</param>
    /// <param name="test">
    /// The test images. The model is evaluated on them once, and nothing is chosen by the result; <c>null</c> if they are not available.
    /// </param>
    /// <param name="cancellation">Checked between batches. After a cancellation nothing has been written.</param>
    /// <returns>The card of the new version.</returns>
    /// <exception cref="ModelFormatException">The weights do not match the network, or an output is not finite.</exception>
    /// <exception cref="IOException">The model cannot be written.</exception>
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

    /// <summary>Trains the digit score of a stored model and adds it to the model.</summary>
    /// <param name="training">What the score is trained on.</param>
    /// <param name="heldOut">Sets of images that the model was not trained on, for the calibration.</param>
    /// <returns>The new card.</returns>
    /// <exception cref="ModelFormatException">The model cannot be read.</exception>
    public static ModelCard AddScore(ModelStore store, ModelCard card, DigitScoreTraining training, IReadOnlyList<LabeledImages> heldOut, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(heldOut);
        var state = store.ReadWeights(card);
        var fit = DigitScoreFit.Run(card.Network, FusedNetwork.Prepare(card.Network, state, card.Scaling), training, heldOut, cancellation)
            ?? throw new ModelFormatException($"The digit score of model '{card.Id}' diverged, because the features of the network are too large; the model is unchanged.");
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
