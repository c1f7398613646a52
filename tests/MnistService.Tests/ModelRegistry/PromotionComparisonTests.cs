using System.Net;
using MnistService.Datasets;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Registry;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;

namespace MnistService.Tests.ModelRegistry;

/// <summary>The images that models are compared on before a promotion: an operator's own reference set.</summary>
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

    /// <summary>Settings of a job whose single step hardly changes the weights of the CNN.</summary>
    private static object AlmostTheCnn(string data) =>
        new { startFrom = Cnn, data = new[] { BuiltInDatasets.Mnist, data }, steps = 1, batchSize = 512, learningRate = 1e-6, augmentation = new { until = 0 } };

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
