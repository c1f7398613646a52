using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Files;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry;

/// <summary>Weights that are to become a version of the store: calibrated, and measured through the code that serves.</summary>
public sealed record NewModel
{
    /// <summary>Fewer pictures tell too little of how sure a network may be.</summary>
    private const int FewestToCalibrate = 100;

    /// <summary>A name for people; null when none was given.</summary>
    public string? Name { get; init; }

    public required NetworkKind Network { get; init; }

    /// <summary>Trainable values.</summary>
    public required long Parameters { get; init; }

    public required StateDict State { get; init; }

    public PixelScaling Scaling { get; init; } = PixelScaling.Unit;

    /// <summary>How it was trained; null for an import.</summary>
    public ModelCard.TrainingRun? Training { get; init; }

    /// <summary>Where it came from; null for what was trained here.</summary>
    public ModelCard.ImportedWeights? Import { get; init; }

    /// <summary>Reference sets to measure the model on, each with [N] flags: true where the model was trained on the image.</summary>
    public IReadOnlyList<(ReferenceSet Set, IReadOnlyList<bool> Seen)> References { get; init; } = [];

    /// <summary>Measures it and writes it down. Takes a while: call it on a thread made for that.</summary>
    /// <param name="validation">Pictures that it was not trained on: the temperature is fitted on them. Null when there are none.</param>
    /// <param name="test">The test images: measured once, and nothing is chosen by them. Null when they are not at hand.</param>
    /// <param name="cancellation">Looked at between batches; nothing is written then.</param>
    /// <exception cref="ModelFormatException">The weights are not this network's, or its answers are not numbers.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    public ModelCard AddTo(
        ModelStore store, DeviceChoice device, TimeProvider time, LabelledImages? validation, LabelledImages? test, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        var id = $"{Network.ToString().ToLowerInvariant()}-{SortableId.New(time)}";
        using var plain = DigitClassifiers.CreateOne(id, Network, State, Scaling, device);
        RequireNumbers(plain);
        var heldOut = validation is null ? null : Answers.Ask(plain, validation, cancellation);
        var temperature = heldOut?.Count >= FewestToCalibrate ? Temperature.Fit(heldOut) : 1;
        var tested = test is null ? null : Answers.Ask(plain, test, cancellation);
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
            throw new ModelFormatException("The network's answers are not numbers: its weights hold infinities or NaN, or are too large.");
    }
}
