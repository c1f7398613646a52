using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Files;
using MnistService.Model.Inference;
using MnistService.Model.Native;
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

    /// <summary>Display name; <c>null</c> if none was given.</summary>
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
        var id = $"{Network.ToString().ToLowerInvariant()}-{SortableId.New(time)}";
        using var plain = DigitClassifiers.CreateOne(id, Network, State, Scaling, device);
        RequireNumbers(plain);
        var heldOut = validation is null ? null : Predictions.Measure(plain, validation, cancellation);
        var temperature = heldOut?.Count >= FewestToCalibrate ? TemperatureScaling.Fit(heldOut) : 1;
        var tested = test is null ? null : Predictions.Measure(plain, test, cancellation);
        var (before, after) = tested is null ? (null, null) : (EvaluationResult.Of(tested), EvaluationResult.Of(tested.At(temperature)));
        var references = References.Select(r => ReferencePredictions.Measure(plain, r.Set, r.Seen, cancellation)).ToList();
        using var serving = DigitClassifiers.CreateOne(id, Network, State, Scaling, device, temperature);
        var golden = GoldenInputs.Ask(serving);
        return store.Add(checksum => new ModelCard
        {
            Id = id,
            Name = Name,
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
            GoldenOutputs = golden,
        }, State, after, references);
    }

    private static void RequireNumbers(IDigitClassifier classifier)
    {
        if (!GoldenInputs.Ask(classifier).All(row => row.All(float.IsFinite)))
            throw new ModelFormatException("The network computes infinities or NaN, because its weights are too large or not finite; expected finite probabilities. "
                + "Train the model again with a lower learning rate.");
    }
}
