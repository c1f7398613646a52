using System.Text.Json;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.Model.Architectures;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;
using MnistService.TrainingJobs;

namespace MnistService.Tests.TrainingJobs;

/// <summary>Validation of training requests: the bounds of each field, and fields that contradict each other.</summary>
public sealed class TrainRequestValidationTests
{
    private static ModelCard? Models(string id) => id switch
    {
        "cnn" => Card(NetworkKind.Cnn, PixelScaling.Unit),
        "mlp" => Card(NetworkKind.Mlp, PixelScaling.Unit),
        "raw" => Card(NetworkKind.Cnn, PixelScaling.Raw),
        _ => null,
    };

    private static ModelCard Card(NetworkKind network, PixelScaling scaling) => new()
    {
        Id = "x",
        Network = network,
        Scaling = scaling,
        Parameters = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        WeightsSha256 = "",
        GoldenOutputs = [],
    };

    [Theory]
    [InlineData("nowhere", "'nowhere' is not the id of a model")]
    [InlineData("mlp", "is a model with the network mlp; this job trains the network cnn")]
    [InlineData("raw", "trained on pixels from 0 to 255")]
    public void A_model_to_start_from_must_be_there_and_fit(string id, string message)
    {
        var (settings, errors) = Check($$"""{"startFrom":"{{id}}"}""");
        Assert.Null(settings);
        Assert.Contains(message, errors["startFrom"], StringComparison.Ordinal);
        Assert.Equal("cnn", Check("""{"startFrom":"cnn"}""").Settings!.StartFrom);
    }

    private static (JobSettings? Settings, IReadOnlyDictionary<string, string> Errors) Check(string json)
    {
        var request = JsonSerializer.Deserialize<TrainRequest>(json, JsonSerializerOptions.Web)!;
        var data = (request.Data ?? "mnist") == "mnist" ? BuiltInDataset.Describe(DatasetState.Missing) : null;
        var settings = TrainRequestValidation.Check(request, data, Models, out var errors);
        return (settings, errors);
    }

    /// <summary>Validation accepts exactly the range that is published for forms: both ends are accepted, values beyond them are rejected.</summary>
    [Fact]
    public void Every_bound_that_is_told_holds()
    {
        foreach (var (field, bound) in RecipeResponse.Value.Bounds)
        {
            Assert.Equal(!bound.LeastExcluded, IsTaken(bound.Least));
            Assert.True(IsTaken(bound.Most), field);
            Assert.False(IsTaken(bound.Least - 1), field);
            Assert.False(IsTaken(bound.Most + 1), field);

            bool IsTaken(double value)
            {
                var json = field.Split('.') is [var outer, var inner] ? $$$"""{"{{{outer}}}":{"{{{inner}}}":{{{value}}}}}""" : $$$"""{"{{{field}}}":{{{value}}}}""";
                return !Check(json).Errors.ContainsKey(field);
            }
        }
        Assert.Equal(new Hyperparameters(), RecipeResponse.Value.Settings);
    }

    [Fact]
    public void Nothing_said_is_the_recommended_recipe()
    {
        var (settings, errors) = Check("{}");
        Assert.Empty(errors);
        Assert.Equal(new Hyperparameters(), settings!.Recipe);
        Assert.Equal(("mnist", PromotionPolicy.IfBetter), (settings.Data, settings.Promote));
        Assert.Equal(NetworkKind.Cnn, settings.Recipe.Network);
    }

    [Theory]
    [InlineData("name", "\"a\\nb\"")]
    [InlineData("network", "\"transformer\"")]
    [InlineData("network", "\"\"")]
    [InlineData("network", "\"0\"")]
    [InlineData("data", "\"emnist\"")]
    [InlineData("mode", "\"both\"")]
    [InlineData("epochs", "0")]
    [InlineData("epochs", "1001")]
    [InlineData("steps", "0")]
    [InlineData("steps", "10000001")]
    [InlineData("batchSize", "7")]
    [InlineData("batchSize", "4097")]
    [InlineData("learningRate", "0")]
    [InlineData("learningRate", "-0.1")]
    [InlineData("learningRate", "1.1")]
    [InlineData("learningRate", "\"NaN\"")]
    [InlineData("learningRate", "\"Infinity\"")]
    [InlineData("schedule", "\"linear\"")]
    [InlineData("warmUp", "0.91")]
    [InlineData("weightDecay", "1.01")]
    [InlineData("labelSmoothing", "0.51")]
    [InlineData("weightAverage", "1")]
    [InlineData("validation", "0.51")]
    [InlineData("validation", "-0.01")]
    [InlineData("promote", "\"maybe\"")]
    public void A_field_out_of_bounds_is_named(string field, string value)
    {
        var (settings, errors) = Check($$"""{"{{field}}":{{value}}}""");
        Assert.Null(settings);
        Assert.StartsWith(field, Assert.Single(errors).Value, StringComparison.Ordinal);
        Assert.Equal(field, errors.Keys.Single());
    }

    [Theory]
    [InlineData("rotation", "45.1")]
    [InlineData("zoom", "-0.1")]
    [InlineData("shift", "0.6")]
    [InlineData("shear", "0.6")]
    [InlineData("elastic", "3.1")]
    public void A_distortion_out_of_bounds_is_named(string field, string value) =>
        Assert.Equal($"augmentation.{field}", Assert.Single(Check($$$"""{"augmentation":{"{{{field}}}":{{{value}}}}}""").Errors).Key);

    [Theory]
    [InlineData("""{"epochs":1,"steps":1}""", "steps")]
    [InlineData("""{"mode":"dataset","steps":1}""", "steps")]
    [InlineData("""{"mode":"dataset","augmentation":{}}""", "augmentation")]
    [InlineData("""{"validation":0}""", "promote")]
    [InlineData("""{"promote":"never","activate":"never"}""", "activate")]
    public void Two_that_contradict_each_other_are_named(string json, string field) => Assert.Equal(field, Assert.Single(Check(json).Errors).Key);

    [Theory]
    [InlineData("""{"epoch":1}""", "unknown field 'epoch'; did you mean 'epochs'?")]
    [InlineData("""{"Batch_Size":1}""", "unknown field 'Batch_Size'; did you mean 'batchSize'?")]
    [InlineData("""{"augmentation":{"rotate":1}}""", "unknown field 'augmentation.rotate'; did you mean 'augmentation.rotation'?")]
    [InlineData("""{"optimizer":"adam"}""", "unknown field 'optimizer'; /swagger lists the known fields.")]
    [InlineData("""{"epochs":1,"Epochs":2}""", "the field occurs twice; expected once.")]
    [InlineData("""{"epochs":1,"Epochs":null}""", "the field occurs twice; expected once.")]
    public void An_unknown_field_is_named_with_the_nearest_known_field(string json, string message) =>
        Assert.Equal(message, Assert.Throws<JsonFieldException>(() => Check(json)).Message);

    [Fact]
    public void A_field_that_is_null_counts_as_omitted() => Assert.Empty(Check("""{"augmentation":null,"steps":null,"epochs":null,"name":null}""").Errors);

    [Fact]
    public void The_former_name_of_promote_is_accepted() => Assert.Equal(PromotionPolicy.Never, Check("""{"activate":"never"}""").Settings!.Promote);

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        Assert.Equal(["batchSize", "epochs", "network"], Check("""{"network":"x","epochs":0,"batchSize":1}""").Errors.Keys.Order());

    [Theory]
    [InlineData("""{"epochs":1.5}""", "the value is 1.5; expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("""{"seed":"one"}""", "the value is a string; expected a whole number from -9223372036854775808 to 9223372036854775807.")]
    [InlineData("""{"learningRate":"fast"}""", "the value is a string; expected a number.")]
    [InlineData("""{"network":1}""", "the value is 1; expected a string.")]
    [InlineData("""{"augmentation":[]}""", "the value is an array; expected an object.")]
    public void A_value_of_the_wrong_type_is_not_read(string json, string message) =>
        Assert.Equal(message, Assert.Throws<JsonFieldException>(() => Check(json)).Message);

    [Theory]
    [InlineData("""{"mode":"dataset","epochs":3,"network":"MLP","promote":"never","validation":0}""")]
    [InlineData("""{"mode":"generator","steps":10000,"batchSize":64,"schedule":"cosine","seed":-5,"learningRate":1}""")]
    [InlineData("""{"weightAverage":0,"warmUp":0,"labelSmoothing":0,"weightDecay":0,"augmentation":{"rotation":0,"zoom":0,"shift":0,"shear":0,"elastic":0}}""")]
    public void What_is_within_bounds_is_accepted(string json) => Assert.Empty(Check(json).Errors);
}
