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
    [InlineData("raw", "another pixel scaling than 'unit'")]
    public void A_model_to_start_from_must_be_there_and_fit(string id, string message)
    {
        var (settings, errors) = Check($$"""{"startFrom":"{{id}}"}""");
        Assert.Null(settings);
        Assert.Contains(message, errors["startFrom"], StringComparison.Ordinal);
        Assert.Equal("cnn", Check("""{"startFrom":"cnn"}""").Settings!.StartFrom);
    }

    [Theory]
    [InlineData("\"mnist\"", "\"mnist\"")]
    [InlineData("[\"strokes\"]", "\"strokes\"")]
    [InlineData("[{\"id\":\"mnist\"}]", "\"mnist\"")]
    [InlineData("[\"mnist\",{\"ID\":\"strokes\",\"Weight\":0.5}]", "[{\"id\":\"mnist\",\"weight\":1},{\"id\":\"strokes\",\"weight\":0.5}]")]
    [InlineData("[{\"id\":\"strokes\",\"weight\":1},{\"id\":\"mnist\",\"weight\":null}]", "[{\"id\":\"strokes\",\"weight\":1},{\"id\":\"mnist\",\"weight\":5}]")]
    public void Data_is_one_id_or_a_mixture_whose_default_weights_are_the_ratios_of_the_sizes(string data, string stored)
    {
        var settings = Check($$"""{"data":{{data}}}""").Settings!;
        Assert.Contains($$"""{"data":{{stored}},"promote""", JsonSerializer.Serialize(settings, JobJson.Options), StringComparison.Ordinal);
        Assert.Equal(settings.Data, JsonSerializer.Deserialize<JobSettings>(JsonSerializer.Serialize(settings, JobJson.Options), JobJson.Options)!.Data);
    }

    [Theory]
    [InlineData("[]", "data is an empty list")]
    [InlineData("[\"mnist\",\"large\",\"larger\"]", "data has 1200 images in uploaded data sets; expected at most 1000 (MnistService:Datasets:MaxImages)")]
    [InlineData("[\"mnist\",\"nothing\"]", "data 'nothing' is not the id of a data set")]
    [InlineData("[\"mnist\",\"mnist\"]", "data contains 'mnist' twice")]
    [InlineData("[{\"id\":\"mnist\",\"weight\":2},\"strokes\"]", "data has the weight 2 for its first data set; expected 1")]
    [InlineData("[\"mnist\",{\"id\":\"strokes\",\"weight\":0}]", "data has the weight 0 for 'strokes'; expected 0.001 to 100")]
    [InlineData("[\"mnist\",{\"id\":\"strokes\",\"weight\":100.1}]", "data has the weight 100.1 for 'strokes'; expected 0.001 to 100")]
    public void A_mixture_that_cannot_be_trained_on_is_an_error(string data, string message) =>
        Assert.Contains(message, Check($$"""{"data":{{data}}}""").Errors["data"], StringComparison.Ordinal);

    [Theory]
    [InlineData("few", 0.005)] // 24 images: more often than their number
    [InlineData("large", 0.01)] // 600 images: their ratio to MNIST is larger
    [InlineData("thousand", 1.0 / 60)]
    public void A_few_images_have_a_larger_default_weight(string id, double weight) =>
        Assert.Equal(weight, Check($$"""{"data":["mnist","{{id}}"]}""").Settings!.Data.Parts[1].Weight);

    [Theory]
    [InlineData("\"one\"")]
    [InlineData("[\"one\",\"mnist\"]")]
    [InlineData("\"ones\"")]
    public void A_few_images_or_one_digit_are_not_trained_on_alone(string data)
    {
        Assert.Contains("expected at least 20 images of at least 2 digits. Put a larger data set first", Check($$"""{"data":{{data}}}""").Errors["data"], StringComparison.Ordinal);
        Assert.Empty(Check("""{"data":["mnist","one","ones"]}""").Errors);
    }

    [Fact]
    public void The_first_data_set_of_a_mixture_fills_a_batch() =>
        Assert.Equal("batchSize is 128; expected at most 22, the number of training images: the first data set has 24 images, of which 2 are held out for validation.",
            Check("""{"data":["small","mnist"]}""").Errors["batchSize"]);

    [Theory]
    [InlineData("5", "the value is 5; expected a string or a list.")]
    [InlineData("[5]", "the value is 5; expected a string or an object.")]
    [InlineData("[{\"weight\":1}]", "a data set has no id")]
    [InlineData("[{\"id\":5}]", "the id is 5; expected a string.")]
    [InlineData("[{\"id\":\"mnist\",\"weight\":\"1\"}]", "the weight is a string; expected a number.")]
    [InlineData("[{\"id\":\"mnist\",\"share\":1}]", "unknown member 'share' of a data set; the known members are id and weight.")]
    [InlineData("[{\"id\":\"a\",\"ID\":\"b\"}]", "the member id occurs twice")]
    [InlineData("[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]", "the list has more than 8 data sets")]
    public void Data_of_another_form_is_an_error(string data, string message) =>
        Assert.StartsWith(message, Assert.Throws<JsonFieldException>(() => Check($$"""{"data":{{data}}}""")).Message, StringComparison.Ordinal);

    private static (JobSettings? Settings, IReadOnlyDictionary<string, string> Errors) Check(string json)
    {
        var request = JsonSerializer.Deserialize<TrainRequest>(json, JsonSerializerOptions.Web)!;
        var data = (request.Data ?? [new("mnist", null), new("strokes", null)]).Select(part => part.Id switch
        {
            "mnist" => BuiltInDatasets.DescribeMnist(DatasetState.Missing),
            "strokes" => BuiltInDatasets.DescribeStrokes(),
            "small" => BuiltInDatasets.DescribeStrokes() with { Id = "small", Images = 24 },
            "few" => BuiltInDatasets.DescribeStrokes() with { Id = "few", Images = 24, BuiltIn = false },
            "thousand" => BuiltInDatasets.DescribeStrokes() with { Id = "thousand", Images = 1_000, BuiltIn = false },
            "one" => BuiltInDatasets.DescribeStrokes() with { Id = "one", Images = 1, Labels = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0], BuiltIn = false },
            "ones" => BuiltInDatasets.DescribeStrokes() with { Id = "ones", Images = 500, Labels = [0, 500, 0, 0, 0, 0, 0, 0, 0, 0], BuiltIn = false },
            "large" or "larger" => BuiltInDatasets.DescribeStrokes() with { Id = part.Id, Images = 600, BuiltIn = false },
            _ => null,
        }).ToList();
        var settings = TrainRequestValidation.Check(request, data, maxImages: 1_000, Models, out var errors);
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
        Assert.Equal((new DataSelection([new("mnist", 1), new("strokes", 0.2)]), PromotionPolicy.IfBetter), (settings.Data, settings.Promote));
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
