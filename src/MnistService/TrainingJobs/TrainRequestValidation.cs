using System.Globalization;
using MnistService.Datasets;
using MnistService.Model.Architectures;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>Converts a request to settings, or reports one message per field that is out of range or contradicts another field.</summary>
internal sealed class TrainRequestValidation
{
    private readonly Dictionary<string, string> _errors = [];

    /// <param name="data">The data set that the request names; <c>null</c> if it does not exist.</param>
    /// <param name="models">Finds a model card by id, for <c>startFrom</c>.</param>
    /// <param name="errors">One message per invalid field, by field name.</param>
    /// <returns>The settings, or <c>null</c> if there are errors.</returns>
    internal static JobSettings? Check(TrainRequest request, DatasetSummary? data, Func<string, ModelCard?> models, out IReadOnlyDictionary<string, string> errors)
    {
        var check = new TrainRequestValidation();
        var settings = check.Convert(request, data, models);
        errors = check._errors;
        return check._errors.Count == 0 ? settings : null;
    }

    private JobSettings Convert(TrainRequest request, DatasetSummary? data, Func<string, ModelCard?> models)
    {
        var defaults = new TrainingSettings();
        var mode = OneOf("mode", request.Mode, defaults.Mode);
#pragma warning disable CS0618 // the deprecated alias
        if (request is { Promote: not null, Activate: not null }) Add("activate", "is the former name of promote; set only promote");
        var promote = OneOf("promote", request.Promote ?? request.Activate, PromotionPolicy.IfBetter);
#pragma warning restore CS0618
        var validation = Within("validation", request.Validation, defaults.Validation, HyperparameterRanges.Validation);
        if (request.Name is { Length: > 100 }) Add("name", $"has {request.Name.Length} characters; expected at most 100");
        if (request.Name?.Any(char.IsControl) == true) Add("name", "contains control characters");
        if (data is null) Add("data", $"'{Shown(request.Data ?? "")}' is not the id of a data set; expected {BuiltInDataset.Id} or an id that GET /datasets lists");
        if (request is { Epochs: not null, Steps: not null }) Add("steps", "conflicts with epochs; set only one of them");
        if (mode == TrainingMode.Dataset && request.Steps is not null) Add("steps", "is valid only in generator mode; in dataset mode, set epochs");
        if (mode == TrainingMode.Dataset && request.Augmentation is not null) Add("augmentation", "is valid only in generator mode; dataset mode does not augment images");
        if (promote == PromotionPolicy.IfBetter && validation == 0 && data?.Id == BuiltInDataset.Id)
            Add("promote", "is ifBetter, which compares the models on held-out images of MNIST, but validation is 0; set promote to always or never, or set validation above 0");
        var recipe = new TrainingSettings
        {
            Network = OneOf("network", request.Network, defaults.Network),
            Mode = mode,
            Epochs = (int)Within("epochs", request.Epochs, defaults.Epochs, HyperparameterRanges.Epochs),
            Steps = request.Steps is null ? null : (int)Within("steps", request.Steps, 1, HyperparameterRanges.Steps),
            BatchSize = (int)Within("batchSize", request.BatchSize, defaults.BatchSize, HyperparameterRanges.BatchSize),
            LearningRate = Within("learningRate", request.LearningRate, defaults.LearningRate, HyperparameterRanges.LearningRate),
            Schedule = OneOf("schedule", request.Schedule, defaults.Schedule),
            WarmUp = Within("warmUp", request.WarmUp, defaults.WarmUp, HyperparameterRanges.WarmUp),
            WeightDecay = Within("weightDecay", request.WeightDecay, defaults.WeightDecay, HyperparameterRanges.WeightDecay),
            LabelSmoothing = Within("labelSmoothing", request.LabelSmoothing, defaults.LabelSmoothing, HyperparameterRanges.LabelSmoothing),
            WeightAverage = Within("weightAverage", request.WeightAverage, defaults.WeightAverage, HyperparameterRanges.WeightAverage),
            Augmentation = mode == TrainingMode.Generator ? Convert(request.Augmentation ?? new()) : null,
            Seed = request.Seed ?? defaults.Seed,
            Validation = validation,
        };
        CheckBatch(recipe, data);
        if (request.StartFrom is not null) CheckStart(request.StartFrom, models(request.StartFrom), recipe);
        return new JobSettings(data?.Id ?? "", promote, recipe, request.StartFrom);
    }

    /// <summary>
    /// The start model must have the same network and must have been trained on pixels that are divided by 255, as this service divides them.
    /// </summary>
    private void CheckStart(string id, ModelCard? model, TrainingSettings recipe)
    {
        if (model is null) Add("startFrom", $"'{Shown(id)}' is not the id of a model; GET /models lists all models");
        else if (model.Network != recipe.Network) Add("startFrom", $"is a model with the network {Name(model.Network)}; this job trains the network {Name(recipe.Network)}");
        else if (model.Scaling != PixelScaling.Unit) Add("startFrom", "is a model that was trained on pixels from 0 to 255; expected a model that was trained on pixels divided by 255");

        static string Name(NetworkKind network) => network.ToString().ToLowerInvariant();
    }

    /// <summary>The training images without the held-out part must fill at least one batch.</summary>
    private void CheckBatch(TrainingSettings recipe, DatasetSummary? data)
    {
        if (data is null) return;
        var training = data.Images - recipe.HeldOutOf(data.Images);
        if (recipe.BatchSize > training)
            Add("batchSize", $"is {recipe.BatchSize}; expected at most {training}, the number of training images: the data set has {data.Images} images, of which {data.Images - training} are held out for validation");
    }

    private AugmentationSettings Convert(AugmentationRequest request)
    {
        var defaults = new AugmentationSettings();
        return new AugmentationSettings
        {
            Rotation = Within("augmentation.rotation", request.Rotation, defaults.Rotation, HyperparameterRanges.Rotation),
            Zoom = Within("augmentation.zoom", request.Zoom, defaults.Zoom, HyperparameterRanges.Zoom),
            Shift = Within("augmentation.shift", request.Shift, defaults.Shift, HyperparameterRanges.Shift),
            Shear = Within("augmentation.shear", request.Shear, defaults.Shear, HyperparameterRanges.Shear),
            Elastic = Within("augmentation.elastic", request.Elastic, defaults.Elastic, HyperparameterRanges.Elastic),
            Until = Within("augmentation.until", request.Until, defaults.Until, HyperparameterRanges.Until),
        };
    }

    private double Within(string field, double? value, double unset, HyperparameterRanges.Bound bound)
    {
        if (value is not { } v) return unset;
        if (bound.Holds(v)) return v;
        var lower = bound.LeastExcluded ? "above" : "at least";
        Add(field, string.Create(CultureInfo.InvariantCulture, $"is {v}; expected {lower} {bound.Least} and at most {bound.Most}"));
        return unset;
    }

    private T OneOf<T>(string field, string? value, T unset) where T : struct, Enum
    {
        if (value is null) return unset;
        foreach (var choice in Enum.GetValues<T>())
            if (string.Equals(choice.ToString(), value, StringComparison.OrdinalIgnoreCase)) return choice;
        var choices = Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]);
        Add(field, $"'{Shown(value)}' is not one of {string.Join(", ", choices)}");
        return unset;
    }

    private void Add(string field, string message) => _errors.TryAdd(field, $"{field} {message}.");

    /// <summary>Sanitizes client text for responses and logs: at most 40 characters, control characters replaced.</summary>
    private static string Shown(string text) => new([.. text.Take(40).Select(c => char.IsControl(c) ? '?' : c)]);
}
