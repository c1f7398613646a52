using System.Text.Json;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.Model.Architectures;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;
using static System.FormattableString;

namespace MnistService.TrainingJobs;

/// <summary>Converts a request to settings, or reports one message per field that is invalid or contradicts another field.</summary>
internal sealed class TrainRequestValidation
{
    private const double LeastWeight = 0.001, MostWeight = 100;

    /// <summary>Default weight of a data set of fewer than <see cref="FewImages"/> images; decision 0022 has the experiment.</summary>
    private const double WeightOfFew = 0.005;

    private const int FewImages = 1_000;

    private const int FewestAlone = 20, FewestDigitsAlone = 2;

    private readonly Dictionary<string, string> _errors = [];

    /// <param name="data">The data sets that the request names, in its order; <c>null</c> for one that does not exist. If the request names none: the default ones.</param>
    /// <param name="maxImages">Maximum number of images of all uploaded data sets together.</param>
    /// <param name="models">Finds the card of the model in <c>startFrom</c> by its id; returns <c>null</c> if there is no such model.</param>
    /// <param name="errors">One message per invalid field, by field name.</param>
    /// <returns>The settings, or <c>null</c> if there are errors.</returns>
    internal static JobSettings? Check(TrainRequest request, IReadOnlyList<DatasetSummary?> data, int maxImages, Func<string, ModelCard?> models, out IReadOnlyDictionary<string, string> errors)
    {
        var check = new TrainRequestValidation();
        var settings = check.Convert(request, data, maxImages, models);
        errors = check._errors;
        return check._errors.Count == 0 ? settings : null;
    }

    private JobSettings Convert(TrainRequest request, IReadOnlyList<DatasetSummary?> data, int maxImages, Func<string, ModelCard?> models)
    {
        var recipe = new Hyperparameters();
        foreach (var hyperparameter in HyperparameterDefinition.All)
            if (request.Hyperparameters.TryGetValue(hyperparameter.Name, out var value)) Set(recipe, hyperparameter, value);
#pragma warning disable CS0618 // the deprecated alias
        if (request is { Promote: not null, Activate: not null }) Add("activate", "is the former name of promote; set only promote");
        var promote = OneOf("promote", request.Promote ?? request.Activate, PromotionPolicy.IfBetter);
#pragma warning restore CS0618
        if (request.Name?.Length > DefaultName.MaxLength) Add("name", $"has {request.Name.Length} characters; expected at most {DefaultName.MaxLength}");
        if (request.Name?.Any(char.IsControl) == true) Add("name", "contains control characters; expected none");
        var selection = SelectionOf(request.Data ?? [.. BuiltInDatasets.Default.Select(id => new RequestedData(id, null))], data, maxImages);
        var (hasEpochs, hasSteps) = (request.Hyperparameters.ContainsKey("epochs"), request.Hyperparameters.ContainsKey("steps"));
        if (hasEpochs && hasSteps) Add("steps", "conflicts with epochs; set only one of them");
        if (recipe.Mode == TrainingMode.Dataset)
        {
            if (hasSteps) Add("steps", "is valid only in generator mode; in dataset mode, set epochs");
            if (request.HasAugmentation) Add("augmentation", "is valid only in generator mode; dataset mode does not augment images");
            recipe = recipe with { Augmentation = null };
        }
        if (promote == PromotionPolicy.IfBetter && recipe.Validation == 0 && selection.Parts.Any(part => part.Id == BuiltInDatasets.Mnist))
            Add("promote", "is ifBetter, which compares the models on held-out images of MNIST, but validation is 0; set promote to always or never, or set validation above 0");
        CheckBatch(recipe, data.Count == 0 ? null : data[0], data.Count > 1);
        if (request.StartFrom is not null) CheckStart(request.StartFrom, models(request.StartFrom), recipe);
        return new JobSettings(selection, promote, recipe, request.StartFrom);
    }

    /// <summary>Checks the data sets, and fills in the default weights: the ratio of the numbers of images.</summary>
    /// <param name="found">The data sets by position; <c>null</c> for one that does not exist.</param>
    private DataSelection SelectionOf(IReadOnlyList<RequestedData> requested, IReadOnlyList<DatasetSummary?> found, int maxImages)
    {
        var parts = new List<DataPart>();
        for (var i = 0; i < requested.Count; i++)
        {
            var (id, weight) = requested[i];
            if (found[i] is not { } set)
                Add("data", $"'{RequestText.Shown(id)}' is not the id of a data set; expected {BuiltInDatasets.Mnist} or an id that GET /datasets lists");
            else if (parts.Exists(part => part.Id == id))
                Add("data", $"contains '{RequestText.Shown(id)}' twice; expected each data set once");
            else if (i == 0 && weight is not (null or 1))
                Add("data", Invariant($"has the weight {weight} for its first data set; expected 1, because the other weights are relative to it"));
            else if (weight is not (null or >= LeastWeight and <= MostWeight))
                Add("data", Invariant($"has the weight {weight}; expected {LeastWeight} to {MostWeight}"));
            else
                parts.Add(new(id, weight ?? (i == 0 ? 1 : DefaultWeight(set.Images, found[0]!.Images))));
            if (found[0] is null) break; // the default weights are relative to it
        }
        if (found is [{ } first, ..] && (first.Images < FewestAlone || first.Labels?.Count(count => count > 0) < FewestDigitsAlone))
            Add("data", Invariant($"begins with a data set of {first.Images} images of {first.Labels?.Count(count => count > 0)} different digits; expected at least {FewestAlone} images of at least {FewestDigitsAlone} digits. Put a larger data set first, such as {BuiltInDatasets.Mnist}, and mix it with this one"));
        if (requested.Count == 0) Add("data", "is an empty list; expected at least one data set");
        if (found.Sum(set => set is { BuiltIn: false } ? (long)set.Images : 0) is var images && images > maxImages)
            Add("data", Invariant($"has {images} images in uploaded data sets; expected at most {maxImages} ({DatasetOptions.Section}:MaxImages)"));
        return new(parts);
    }

    /// <summary>
    /// Returns the ratio of the numbers of images. A data set of fewer than <see cref="FewImages"/> images gets a larger weight, because a ratio of 24 digits to MNIST would show
    /// each of them only once per epoch, among 60,000 others.
    /// </summary>
    private static double DefaultWeight(int images, int first) =>
        Math.Clamp(images < FewImages ? Math.Max((double)images / first, WeightOfFew) : (double)images / first, LeastWeight, MostWeight);

    /// <summary>
    /// Checks that the start model exists, has the same network, and was trained on pixels divided by 255. Training jobs use the same pixel scaling.
    /// </summary>
    private void CheckStart(string id, ModelCard? model, Hyperparameters recipe)
    {
        if (model is null) Add("startFrom", $"'{RequestText.Shown(id)}' is not the id of a model; GET /models lists all models");
        else if (model.Network != recipe.Network) Add("startFrom", $"is a model with the network {Name(model.Network)}; this job trains the network {Name(recipe.Network)}");
        else if (model.Scaling != PixelScaling.Unit) Add("startFrom", "is an imported model with another pixel scaling than 'unit'; expected a model with the scaling 'unit', which jobs use");

        static string Name(NetworkKind network) => network.ToString().ToLowerInvariant();
    }

    /// <summary>Checks that the training images of the first data set, without the held-out images, fill at least one batch.</summary>
    private void CheckBatch(Hyperparameters recipe, DatasetSummary? data, bool isMixture)
    {
        if (data is null) return;
        var training = data.Images - recipe.HeldOutOf(data.Images);
        if (recipe.BatchSize > training)
            Add("batchSize", $"is {recipe.BatchSize}; expected at most {training}, the number of training images: the {(isMixture ? "first data set" : "data set")} has "
                + $"{data.Images} images, of which {data.Images - training} are held out for validation");
    }

    private void Set(Hyperparameters recipe, HyperparameterDefinition hyperparameter, object value)
    {
        var valid = value is string text ? ChoiceOf(hyperparameter.Name, text, hyperparameter.Type) : value;
        if (hyperparameter.HasRange && hyperparameter.FindRangeError(value) is { } error) Add(hyperparameter.Name, error);
        else if (valid is not null) hyperparameter.Set(recipe, valid);
    }

    private T OneOf<T>(string field, string? value, T unset) where T : struct, Enum => value is null ? unset : (T?)ChoiceOf(field, value, typeof(T)) ?? unset;

    private object? ChoiceOf(string field, string value, Type type)
    {
        // The names are compared first, because Enum.Parse also accepts numbers.
        if (Enum.GetNames(type).FirstOrDefault(name => name.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } found) return Enum.Parse(type, found);
        Add(field, $"'{RequestText.Shown(value)}' is not one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}");
        return null;
    }

    private void Add(string field, string message) => _errors.TryAdd(field, $"{field} {message}.");
}
