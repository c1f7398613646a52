using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MnistService.Drawings;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Tests.Datasets;
using MnistService.TestSupport;
using SkiaSharp;

namespace MnistService.Tests.ModelRegistry;

/// <summary>Training with default settings never makes the served model worse, and each refusal contains the compared numbers.</summary>
[Collection(OneAtATimeCollection.Name)]
public sealed class PromotionTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn().WithMnist();
    private readonly HttpClient _client;
    private readonly string _cnn, _mlp;

    public PromotionTests()
    {
        _client = _application.Start();
        string[] ids = [.. Directory.GetDirectories(Path.Combine(_application.Folder, "models")).Select(folder => Path.GetFileName(folder)!)];
        (_cnn, _mlp) = (ids.Single(id => id.StartsWith("cnn", StringComparison.Ordinal)), ids.Single(id => id.StartsWith("mlp", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    /// <summary>Uses the settings that the web page sends for few digits: small batches, and the served model as the starting point.</summary>
    [Fact]
    public async Task A_newcomer_who_corrects_ones_and_sevens_does_not_lose_the_other_digits()
    {
        var random = new Random(7);
        IEnumerable<string> rows = [.. Enumerable.Range(0, 24).Select(_ => Row(1, FlaggedOne(random))), .. Enumerable.Range(0, 8).Select(_ => Row(7, new Scene("plain", 120, 120, 90, 9).Draw(7, random)))];
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv(rows));
        await ExpectRefusalAsync(await _client.TrainAsync(new { data, batchSize = 8, startFrom = _cnn }));
    }

    [Fact]
    public async Task A_data_set_with_two_folders_swapped_does_not_teach_the_service_the_wrong_digits()
    {
        var zip = await File.ReadAllBytesAsync(CasesLocation.Require("folders-3-and-5-swapped.zip"), TestHttp.Cancellation);
        var data = (string)(await (await _client.PostDatasetAsync(zip, "application/zip")).JsonAsync(HttpStatusCode.Created))["id"]!;
        await ExpectRefusalAsync(await _client.TrainAsync(new { data }));
    }

    /// <summary>
    /// The labels 3 and 5 are swapped in all images of the data set, also in the held-out ones. On these, the new model is better than the served model.
    /// </summary>
    [Fact]
    public async Task A_data_set_with_two_labels_swapped_is_learned_and_its_model_is_not_promoted()
    {
        var images = MnistDataset.LoadTraining(MnistLocation.Require()).Slice(0, 600);
        var swapped = new LabeledImages(images.Pixels, [.. images.Labels.Select(label => label switch { 3 => (byte)5, 5 => (byte)3, _ => label })]);
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv(DatasetFiles.RowsOf(swapped)));
        var job = await _client.TrainAsync(new { data });
        await ExpectRefusalAsync(job);
        Assert.True((bool)job["promotion"]!["own"]!["passes"]!, job["promotion"]!.ToJsonString());
    }

    [Fact]
    public async Task A_policy_of_always_promotes_and_still_shows_the_numbers()
    {
        var job = await _client.TrainAsync(new { network = "mlp", data = "mnist", steps = 20, promote = "always" });
        var decision = job["promotion"]!;
        Assert.True((bool)decision["promoted"]!, decision.ToJsonString());
        Assert.Contains("The promotion rule would have rejected the model: Worse on ", (string?)decision["reason"], StringComparison.Ordinal);
        Assert.EndsWith("Promoted.", (string?)decision["reason"], StringComparison.Ordinal);
        // The served model is also the shipped one, so there is only one comparison on each of the two reference sets.
        Assert.Equal([_cnn, _cnn], decision["references"]!.AsArray().Select(compared => (string?)compared!["model"]));

        var previous = await (await _client.PromoteAsync(_cnn)).JsonAsync(); // the previous model needs no force
        Assert.Equal(_cnn, (string?)previous["id"]);
        // The new model is now the previous one, so it needs no force either.
        var refused = await (await _client.PromoteAsync((string)job["model"]!, "?force=false")).JsonAsync();
        Assert.Equal((string?)job["model"], (string?)refused["id"]);
    }

    [Fact]
    public async Task A_worse_model_is_promoted_by_hand_only_with_force_and_the_way_back_is_free()
    {
        var problem = await (await _client.PromoteAsync(_mlp)).ProblemAsync(409, "promotion_worse");
        Assert.StartsWith("Worse on strokes: 96.5 % instead of 99.8 %. Not promoted", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(["mnist", "strokes"], problem["references"]!.AsArray().Select(each => (string?)each!["set"]));
        var compared = problem["references"]![0]!;
        Assert.Equal(("mnist", "served", _cnn, 5_000, 4_951, 4_985, false), ((string?)compared["set"], (string?)compared["against"], (string?)compared["model"],
            (int)compared["images"]!, (int)compared["right"]!, (int)compared["rivalRight"]!, (bool)compared["passes"]!));
        Assert.Equal(_cnn, await _client.ServedAsync());

        (await _client.PromoteAsync(_mlp, "?force=true")).EnsureSuccessStatusCode();
        Assert.Equal(_mlp, await _client.ServedAsync());
        (await _client.PromoteAsync(_mlp)).EnsureSuccessStatusCode(); // the model that already serves needs no force
        (await _client.PromoteAsync(_cnn)).EnsureSuccessStatusCode();
        Assert.Equal(_cnn, await _client.ServedAsync());
        (await _client.PromoteAsync(_mlp)).EnsureSuccessStatusCode(); // neither does the previous model, although it is worse
        Assert.Equal(_mlp, await _client.ServedAsync());
        await (await _client.PromoteAsync(_mlp, "?force=maybe")).ProblemAsync(400, "request_invalid");
    }

    [Fact]
    public async Task The_shipped_model_cannot_be_deleted_also_when_another_serves()
    {
        (await _client.PromoteAsync(_mlp, "?force=true")).EnsureSuccessStatusCode();
        await (await _client.DeleteAsync($"/models/{_cnn}", TestHttp.Cancellation)).ProblemAsync(409, "model_shipped");
    }

    /// <summary>A model that is better than the served one is promoted without force. The import has already evaluated it.</summary>
    [Fact]
    public async Task An_import_is_measured_on_the_reference_set_and_replaces_a_worse_model()
    {
        (await _client.PromoteAsync(_mlp, "?force=true")).EnsureSuccessStatusCode();
        var file = await _client.GetByteArrayAsync($"/models/{_cnn}/weights.safetensors", TestHttp.Cancellation);
        var card = await (await _client.PostAsync("/models", TestHttp.Body(file, "application/octet-stream"), TestHttp.Cancellation)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal([("mnist", 5_000, 4_985), ("strokes", 20_000, 19_953)],
            card["references"]!.AsArray().Select(reference => ((string)reference!["set"]!, (int)reference["images"]!, (int)reference["right"]!)));
        Assert.Null(card["shipped"]);
        (await _client.PromoteAsync((string)card["id"]!)).EnsureSuccessStatusCode();
        Assert.Equal((string?)card["id"], await _client.ServedAsync());
    }

    private async Task ExpectRefusalAsync(JsonNode job)
    {
        var decision = job["promotion"]!;
        Assert.False((bool)decision["promoted"]!, decision.ToJsonString());
        Assert.Matches(@"Worse on (MNIST|strokes): \d+\.\d % instead of 99\.\d %\. Not promoted\.$", (string?)decision["reason"]);
        Assert.All(decision["references"]!.AsArray(), compared => Assert.False((bool)compared!["passes"]!));
        Assert.True((int)decision["own"]!["images"]! > 0);
        Assert.Equal(_cnn, await _client.ServedAsync());
        // A manual promotion of the same model is refused for the same reason.
        await (await _client.PromoteAsync((string)job["model"]!)).ProblemAsync(409, "promotion_worse");
        Assert.Equal(_cnn, await _client.ServedAsync());
    }

    private static string Row(int label, byte[] png) =>
        string.Create(CultureInfo.InvariantCulture, $"{label},{string.Join(',', ImageReader.Read(png, ImageOptions.Default).Pixels.ToArray())}");

    /// <summary>Draws a 1 with the long upstroke that is common in European handwriting.</summary>
    private static byte[] FlaggedOne(Random random)
    {
        using var bitmap = new SKBitmap(200, 200);
        using (var canvas = new SKCanvas(bitmap))
        using (var pen = new SKPaint { Color = SKColors.Black, StrokeWidth = 10, Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round, IsAntialias = true })
        {
            canvas.Clear(SKColors.White);
            var (x, flag) = (110 + random.Next(20), 45 + random.Next(25));
            canvas.DrawLine(x, 30, x - random.Next(10), 170, pen);
            canvas.DrawLine(x, 30, x - flag, 75 + random.Next(25), pen);
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
