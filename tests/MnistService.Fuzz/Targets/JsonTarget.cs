using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.Model.Architectures;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.Model.Weights;
using MnistService.ModelRegistry;
using MnistService.TrainingJobs;

namespace MnistService.Fuzz.Targets;

/// <summary>JSON: each input is parsed both as the body of <c>POST /train</c>, including the service's validation, and as a model card.</summary>
internal sealed class JsonTarget : IFuzzTarget
{
    private static readonly JsonSerializerOptions Http = HttpOptions();
    private static readonly DatasetSummary Strokes = BuiltInDatasets.DescribeStrokes(), Data = new("mnist", "MNIST", null, DatasetSource.Idx, 60_000, null, null, BuiltIn: true, DatasetState.Missing, Suspicious: null, LabelCheck: "");

    private static readonly ModelCard Card = new()
    {
        Id = "cnn-02ngc96a00nra",
        Network = NetworkKind.Cnn,
        Parameters = 409_642,
        CreatedAt = DateTimeOffset.UnixEpoch,
        WeightsSha256 = "00",
        GoldenOutputs = [[0.5f, 0.5f]],
        Training = new("job", new(), "mnist", "00", 55_000, "cpu", 2, "2.10", "1.0.0", 1.5, [new(1, 0.1, 0.9, null, 0.9, 1e-3, 1)]),
        Import = new("pytorch", "00", 5000, 0.9, 0.1),
        Test = new(10, 0.9, 0.2, [[1, 0], [0, 1]]),
        Calibration = new(5000, 0.1, 0.01, 0.2, 0.1),
    };

    public string Name => "json";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        [.. typeof(TrainRequest).GetProperties().Concat(typeof(ModelCard).GetProperties()).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
            .Concat(HyperparameterDefinition.All.Select(each => each.Name.Split('.')[^1])).Select(name => $"\"{name}\":"),
        "\"NaN\"", "\"-Infinity\"", "1e999", "-1", "1e-400", "9223372036854775808", "null", "true", "\\ud800", "\\u0000", "\\ud83d\\ude00", "{}", "[]", "[[", "\"cnn\"", "\"never\"", "\"dataset\"", "\"2026-11-24\"", "/**/", "\"$type\":"]);

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        "{}"u8.ToArray(),
        """{"name":"n","network":"mlp","data":"mnist","mode":"generator","epochs":3,"batchSize":64,"learningRate":0.01,"schedule":"cosine","warmUp":0.1,"promote":"never"}"""u8.ToArray(),
        """{"steps":100,"weightDecay":0,"labelSmoothing":0.1,"weightAverage":0.99,"augmentation":{"rotation":10,"zoom":0.1,"shift":0.1,"shear":0,"elastic":1,"until":0.5},"seed":-1,"validation":0.1}"""u8.ToArray(),
        """{"startFrom":"cnn-1","epochs":0,"learningRate":"NaN","mode":"other","augmentation":{"zoom":2},"validation":0}"""u8.ToArray(),
        JsonSerializer.SerializeToUtf8Bytes(Card, ModelJson.Options),
        JsonSerializer.SerializeToUtf8Bytes(Card with { Training = null, Test = null, Name = "é\u0001" }, Http),
    ];

    public void Read(byte[] input)
    {
        if (Promise.Within((1 << 20) + 256L * input.Length, () => Parse(input, json => JsonSerializer.Deserialize<TrainRequest>(json, Http))) is { } request) Check(request);
        if (Promise.Within((1 << 20) + 256L * input.Length, () => Parse(input, json => JsonSerializer.Deserialize<ModelCard>(json, ModelJson.Options))) is { } card) Check(card);
    }

    private static T? Parse<T>(byte[] input, Func<byte[], T?> parse) where T : class
    {
        try
        {
            return parse(input);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static DatasetSummary? Find(string id) => id switch
    {
        "mnist" => Data,
        "strokes" => Strokes,
        _ => null,
    };

    private static void Check(TrainRequest request)
    {
        var settings = TrainRequestValidation.Check(request, request.Data is null ? [Data, Strokes] : [.. request.Data.Select(part => Find(part.Id))], 1_000_000, id => id == Card.Id ? Card : null, out var errors);
        Promise.Holds(settings is null == errors.Count > 0, "There are settings with errors, or none without.");
        foreach (var error in errors.Values) Promise.IsShort(error);
        JsonSerializer.SerializeToUtf8Bytes(errors, Http);
        if (settings is null) return;
        var recipe = settings.Recipe;
        Promise.Holds(recipe.LearningRate is > 0 and <= 1 && recipe.Epochs is >= 1 and <= 1000 && recipe.BatchSize is >= 8 and <= 4096 && recipe.Steps is null or (>= 1 and <= 10_000_000)
            && recipe.Validation is >= 0 and <= 0.5 && recipe.WeightAverage is >= 0 and < 1, $"These were accepted: {recipe}");
        var kept = JsonSerializer.Deserialize<JobSettings>(JsonSerializer.Serialize(settings, JobJson.Options), JobJson.Options);
        Promise.Holds(kept == settings, "A job's settings are kept as others.");
    }

    private static void Check(ModelCard card)
    {
        Promise.Holds(NetworkTensors.Of(card.Network).Count > 0, "There is no such network.");
        try
        {
            GoldenInputs.Verify(new NoAnswers(), card.GoldenOutputs);
        }
        catch (ModelFormatException e)
        {
            Promise.IsShort(e.Message);
        }
        JsonSerializer.SerializeToUtf8Bytes(ModelSummary.Of(card), Http);
        var written = JsonSerializer.SerializeToUtf8Bytes(card, ModelJson.Options);
        Promise.Holds(JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<ModelCard>(written, ModelJson.Options), ModelJson.Options).AsSpan().SequenceEqual(written),
            $"A card is kept as another: {Encoding.UTF8.GetString(written)}");
    }

    private static JsonSerializerOptions HttpOptions()
    {
        var options = new JsonOptions();
        JsonFormat.Configure(options);
        return options.SerializerOptions;
    }
}
