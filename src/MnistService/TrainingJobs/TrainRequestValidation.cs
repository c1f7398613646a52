using System.Text.Json;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.Model.Architectures;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;
using static System.FormattableString;

namespace MnistService.TrainingJobs;

/// <summary>Converts a training request to the settings of a job, or reports one message per field that is invalid or contradicts another field.</summary>
internal sealed class TrainRequestValidation
{
    private const double LeastWeight = 0.001, MostWeight = 100;

    /// <summary>
    /// Minimum default weight of a data set with fewer than <see cref="FewImages"/> images. The weight is the expected number of images drawn from this data
    /// set per image drawn from the first data set. The ratio of the two sizes alone is too low to learn a few corrected digits (src/decisions/0022).
    /// </summary>
    private const double WeightOfFew = 0.005;

    private const int FewImages = 1_000;

    private const int FewestAlone = 20, FewestDigitsAlone = 2;

    private readonly Dictionary<string, string> _errors = [];

    /// <param name="data">
    /// The data sets in the order of the request; an element is <c>null</c> if the data set does not exist. If the request has no field <c>data</c>: the
    /// default data sets.
    /// </param>
    /// <param name="maxImages">Maximum total number of images of the uploaded data sets in the request.</param>
    /// <param name="models">Returns the card of a model by its id; <c>null</c> if there is no such model. Called with the id in <c>startFrom</c>.</param>
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
#pragma warning disable CS0618 // reads the deprecated alias "activate"
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

    /// <summary>Checks the data sets of a request. If a weight is omitted, sets it to <see cref="DefaultWeight"/>, or to 1 for the first data set.</summary>
    /// <param name="found">The requested data sets in the same order; an element is <c>null</c> if the data set does not exist.</param>
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
                Add("data", Invariant($"has the weight {weight} for '{RequestText.Shown(id)}'; expected {LeastWeight} to {MostWeight}"));
            else
                parts.Add(new(id, weight ?? (i == 0 ? 1 : DefaultWeight(set.Images, found[0]!.Images))));
            if (found[0] is null) break; // the default weights of the other data sets depend on the number of images of the first one
        }
        if (found is [{ } first, ..] && (first.Images < FewestAlone || first.Labels?.Count(count => count > 0) < FewestDigitsAlone))
            Add("data", Invariant($"begins with a data set of {first.Images} images of {first.Labels?.Count(count => count > 0)} different digits; expected at least {FewestAlone} images of at least {FewestDigitsAlone} digits. Put a larger data set first, such as {BuiltInDatasets.Mnist}, and mix it with this one"));
        if (requested.Count == 0) Add("data", "is an empty list; expected at least one data set");
        if (found.Sum(set => set is { BuiltIn: false } ? (long)set.Images : 0) is var images && images > maxImages)
            Add("data", Invariant($"has {images} images in uploaded data sets; expected at most {maxImages} ({DatasetOptions.Section}:MaxImages)"));
        return new(parts);
    }

    /// <summary>
    /// Returns the weight of a data set in a mixture if the request does not set one: its number of images divided by that of the first data set. For fewer
    /// than <see cref="FewImages"/> images, the weight is at least <see cref="WeightOfFew"/>. The result is limited to the range from
    /// <see cref="LeastWeight"/> to <see cref="MostWeight"/>.
    /// </summary>
    /// <param name="images">Number of images of the data set.</param>
    /// <param name="first">Number of images of the first data set of the mixture.</param>
    private static double DefaultWeight(int images, int first) =>
        Math.Clamp(images < FewImages ? Math.Max((double)images / first, WeightOfFew) : (double)images / first, LeastWeight, MostWeight);

    /// <summary>
    /// Checks the model whose weights the training starts with. It must exist, have the network that the job trains, and have the pixel scaling
    /// <see cref="PixelScaling.Unit"/>, which training jobs use.
    /// </summary>
    private void CheckStart(string id, ModelCard? model, Hyperparameters recipe)
    {
        if (model is null) Add("startFrom", $"'{RequestText.Shown(id)}' is not the id of a model; GET /models lists all models");
        else if (model.Network != recipe.Network) Add("startFrom", $"is a model with the network {Name(model.Network)}; this job trains the network {Name(recipe.Network)}");
        else if (model.Scaling != PixelScaling.Unit) Add("startFrom", "is an imported model with another pixel scaling than 'unit'; expected a model with the scaling 'unit', which jobs use");

        static string Name(NetworkKind network) => network.ToString().ToLowerInvariant();
    }

    /// <summary>Checks that the training images of the first data set fill at least one batch. Held-out images are not training images.</summary>
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
        // Compares the names before parsing, because Enum.Parse also accepts numbers.
        if (Enum.GetNames(type).FirstOrDefault(name => name.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } found) return Enum.Parse(type, found);
        Add(field, $"'{RequestText.Shown(value)}' is not one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}");
        return null;
    }

    private void Add(string field, string message) => _errors.TryAdd(field, $"{field} {message}.");
}
