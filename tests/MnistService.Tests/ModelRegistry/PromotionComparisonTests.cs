using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MnistService.Datasets;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Registry;
using MnistService.ModelRegistry;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.ModelRegistry;

/// <summary>
/// The images that models are compared on before a promotion: an operator's own reference set, the reference images that neither model was trained on, and the
/// images of the job's uploaded data sets.
/// </summary>
[Collection(OneAtATimeCollection.Name)]
public sealed class PromotionComparisonTests : IDisposable
{
    private static readonly ModelStore Store = new(Path.Combine(MnistLocation.Root, "models"));
    private static readonly string Cnn = Store.Shipped!.Id, Mlp = Store.List().Single(card => card.Network == NetworkKind.Mlp).Id;

    private readonly string _data = Directory.CreateTempSubdirectory("mnist-comparison-").FullName;

    public PromotionComparisonTests() => ServiceFolder.LinkMnist(_data);

    public void Dispose() => Directory.Delete(_data, recursive: true);

    /// <summary>The labels of the operator's set are the predictions of the MLP for held-out strokes, so the CNN is worse on this set only.</summary>
    [Fact]
    public async Task An_operators_own_reference_set_decides_and_each_job_shows_its_numbers()
    {
        const int Images = 3_000;
        var predictions = Store.FindReferences(Mlp).Single(stored => stored.Set == BuiltInDatasets.Strokes).Predictions[..Images];
        var set = await UploadAsync(new(BuiltInDatasets.DrawHeldOutStrokes().Slice(0, Images).Pixels, [.. predictions.Select(digit => (byte)(digit - '0'))]), "forms");
        await using var application = CreateService(("MnistService:Promotion:ReferenceSets:0", set));
        using var client = application.Start();
        var own = await client.AddDatasetAsync(DatasetFiles.Csv(DatasetFiles.Rows[..20]));

        (await client.PromoteAsync(Mlp, "?force=true")).EnsureSuccessStatusCode();
        var refused = (await client.TrainAsync(AlmostTheCnn(own)))["promotion"]!;
        Assert.Matches(@"^Worse on forms: 9\d\.\d % instead of (99\.9|100\.0) %\. Not promoted\.$", (string?)refused["reason"]);
        var failed = Assert.Single(refused["references"]!.AsArray(), compared => !(bool)compared!["passes"]!)!;
        Assert.Equal((set, "served", Mlp, Images), ((string?)failed["set"], (string?)failed["against"], (string?)failed["model"], (int)failed["images"]!));
        Assert.InRange((int)failed["rivalRight"]!, Images - 4, Images); // processors round differently
        Assert.Equal(Mlp, await client.ServedAsync());

        (await client.PromoteAsync(Cnn)).EnsureSuccessStatusCode(); // the previous model needs no force
        var job = await client.TrainAsync(AlmostTheCnn(own));
        var promoted = job["promotion"]!;
        Assert.True((bool)promoted["promoted"]!, promoted.ToJsonString());
        Assert.Contains(" On forms: 9", (string?)promoted["reason"], StringComparison.Ordinal);
        var passed = promoted["references"]!.AsArray().Single(compared => (string?)compared!["set"] == set)!;
        Assert.Equal((Cnn, Images, (int)failed["right"]!), ((string?)passed["model"], (int)passed["images"]!, (int)passed["right"]!));
        Assert.Equal((string?)job["model"], await client.ServedAsync());
    }

    [Fact]
    public async Task Reference_images_that_a_job_trained_on_do_not_count_for_its_model_and_for_models_that_start_from_it()
    {
        await using var application = CreateService();
        using var client = application.Start();
        // A twelfth of the 600 images is held out.
        var data = await client.AddDatasetAsync(DatasetFiles.Csv(DatasetFiles.RowsOf(MnistDataset.LoadHeldOut(MnistLocation.Require(), 600))));
        var first = await client.TrainAsync(new { network = "mlp", steps = 1, data });
        var second = await client.TrainAsync(new { network = "mlp", steps = 1, data = await client.AddDatasetAsync(DatasetFiles.Csv()), startFrom = (string?)first["model"] });
        foreach (var job in new[] { first, second })
        {
            // The CNN was trained on four images of the strokes.
            Assert.Equal([("mnist", 5_000 - 550), ("strokes", 20_000 - 4)], ImagesOf(job["promotion"]!));
            Assert.Equal([("mnist", 5_000 - 550), ("strokes", 20_000)], ImagesOf(await client.GetJsonAsync($"/models/{job["model"]}")));
        }
    }

    /// <summary>Models of older versions of the service have no stored predictions. Their cards state how many of MNIST's images they were trained on.</summary>
    [Theory]
    [InlineData(55_000, 0)]
    [InlineData(57_000, 2_000)]
    [InlineData(60_000, 5_000)]
    public async Task Without_stored_predictions_the_card_shows_which_reference_images_a_model_was_trained_on(int trained, int seen)
    {
        await using var application = CreateService();
        var folder = Path.Combine(application.Folder, "models", Mlp);
        File.Delete(Path.Combine(folder, "references.json"));
        var card = await File.ReadAllTextAsync(Path.Combine(folder, "card.json"), TestHttp.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "card.json"), card.Replace("\"images\": 55000", $"\"images\": {trained}", StringComparison.Ordinal), TestHttp.Cancellation);
        using var client = application.Start();

        var problem = await (await client.PromoteAsync(Mlp)).ProblemAsync(409, "promotion_worse");
        Assert.Equal([("mnist", 5_000 - seen), ("strokes", 20_000 - 4)], ImagesOf(problem));
        // The same images do not count for a model that starts from this one.
        var inherited = application.Services.GetRequiredService<PromotionCheck>().FindSeen(training: null, startedFrom: Mlp);
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => i < seen), inherited.Single(set => set.Set.Id == BuiltInDatasets.Mnist).Seen);
        Assert.DoesNotContain(true, inherited.Single(set => set.Set.Id == BuiltInDatasets.Strokes).Seen);
    }

    /// <summary>The served model classifies all held-out images of the data set correctly, so no model can be better on them.</summary>
    [Fact]
    public async Task A_model_that_is_no_better_on_its_own_images_is_not_promoted_by_hand_while_the_same_model_serves()
    {
        await using var application = CreateService();
        using var client = application.Start();
        var data = await client.AddDatasetAsync(DatasetFiles.Csv(DatasetFiles.RowsOf(MnistDataset.LoadTraining(MnistLocation.Require()).Slice(0, 1_200))));
        var job = await client.TrainAsync(AlmostTheCnn(data));
        Assert.Matches("^(No better|Worse) on the job's own 100 held-out images: ", (string?)job["promotion"]!["reason"]);

        var problem = await (await client.PromoteAsync((string)job["model"]!)).ProblemAsync(409, "promotion_worse");
        Assert.Matches("^(No better|Worse) on the job's own 100 held-out images: ", (string?)problem["detail"]);
        Assert.Equal(job["promotion"]!["own"]!.ToJsonString(), problem["own"]!.ToJsonString());
        Assert.Equal((100, 100, false), ((int)problem["own"]!["images"]!, (int)problem["own"]!["servedRight"]!, (bool)problem["own"]!["passes"]!));
        Assert.All(problem["references"]!.AsArray(), compared => Assert.True((bool)compared!["passes"]!));
        Assert.Equal(Cnn, await client.ServedAsync());

        // The comparison on the job's own images was with the CNN, so it does not count when another model serves.
        (await client.PromoteAsync(Mlp, "?force=true")).EnsureSuccessStatusCode();
        (await client.PromoteAsync((string)job["model"]!)).EnsureSuccessStatusCode();
    }

    /// <summary>Settings of a job whose single step hardly changes the weights of the CNN.</summary>
    private static object AlmostTheCnn(string data) =>
        new { startFrom = Cnn, data = new[] { BuiltInDatasets.Mnist, data }, steps = 1, batchSize = 512, learningRate = 1e-6, augmentation = new { until = 0 } };

    private static IEnumerable<(string Set, int Images)> ImagesOf(JsonNode compared) =>
        compared["references"]!.AsArray().Select(reference => ((string)reference!["set"]!, (int)reference["images"]!));

    /// <summary>Uploads a data set to a service that then stops.</summary>
    private async Task<string> UploadAsync(LabeledImages images, string name)
    {
        await using var application = CreateService();
        using var client = application.Start();
        return (string)(await (await client.PostDatasetAsync(DatasetFiles.Csv(DatasetFiles.RowsOf(images)), query: $"?name={name}")).JsonAsync(HttpStatusCode.Created))["id"]!;
    }

    private ServiceApplication CreateService(params (string Name, string Value)[] settings) =>
        ServiceApplication.WithModelsOfItsOwn([("MnistService:Data:Directory", _data), .. settings]);
}
