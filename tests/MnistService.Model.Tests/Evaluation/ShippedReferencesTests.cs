using System.Text.Json;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Handwriting.Strokes;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Evaluation;

/// <summary>
/// Checks the shipped reference predictions against the predictions of the models. WRITE_REFERENCES=1 writes them again, for a new shipped model.
/// </summary>
public sealed class ShippedReferencesTests
{
    private static readonly string Models = Path.Combine(MnistLocation.Root, "models");

    public static TheoryData<string> Ids() => [.. new ModelStore(Models).List().Select(card => card.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_stored_predictions_are_what_the_model_answers(string id)
    {
        ReferenceSet[] sets =
        [
            ReferenceSet.Create("mnist", "MNIST", MnistDataset.LoadHeldOut(MnistLocation.Require(), ReferenceSet.MnistImages)),
            ReferenceSet.Create("strokes", "strokes", StrokeDigits.DrawHeldOut(20_000, seed: 1, threads: 2)),
        ];
        Assert.Equal(ReferenceSet.MnistSha256, sets[0].Sha256);
        var training = StrokeDigits.Draw(12_000, seed: 1, threads: 2).Slice(0, 11_000); // the rest was held out
        var store = new ModelStore(Models);
        var isTrainedOnStrokes = store.Find(id)!.Training!.ImagesOf("strokes") is not null;
        using var classifier = store.Load(id, DeviceChoice.WithoutTorch("cpu")!, 1)[0];
        var measured = sets.Select(set => ReferencePredictions.Measure(classifier, set, isTrainedOnStrokes ? set.FindSeen(training) : new bool[set.Images.Count], TestContext.Current.CancellationToken)).ToArray();
        if (Environment.GetEnvironmentVariable("WRITE_REFERENCES") == "1")
            File.WriteAllBytes(Path.Combine(Models, id, "references.json"), JsonSerializer.SerializeToUtf8Bytes(measured, ModelJson.Options));

        var stored = store.FindReferences(id);
        Assert.Equal(["mnist", "strokes"], stored.Select(predictions => predictions.Set));
        foreach (var ((set, mine), kept) in sets.Zip(measured).Zip(stored))
        {
            Assert.Equal(set.Sha256, kept.Sha256);
            // Processors round differently: an image at the border between two digits may be predicted as either.
            Assert.InRange(kept.Predictions.Zip(mine.Predictions).Count(pair => pair.First != pair.Second), 0, 4);
            Assert.Equal(kept.Outcomes().Count(right => right == false), kept.Wrong.Count);
        }
    }

    /// <summary>The strokes are in styles that the model was not trained on. Most of the 1s have a flag.</summary>
    [Fact]
    public void The_cnn_misreads_at_most_half_a_percent_of_the_held_out_strokes_and_two_percent_of_the_ones()
    {
        var store = new ModelStore(Models);
        var strokes = store.FindReferences(store.Shipped!.Id).Single(predictions => predictions.Set == "strokes");
        Assert.InRange(strokes.Wrong.Count, 0, strokes.Images / 200);
        var labels = StrokeDigits.DrawHeldOut(20_000, seed: 1, threads: 2).Labels;
        Assert.InRange(strokes.Wrong.Count(image => labels[image] == 1), 0, labels.Count(label => label == 1) / 50);
    }

    [Fact]
    public void The_cnn_is_the_shipped_model_that_others_are_compared_with() =>
        Assert.StartsWith("cnn-", new ModelStore(Models).Shipped?.Id, StringComparison.Ordinal);

    [Fact]
    public void Images_that_a_model_was_trained_on_are_found_by_their_pixels()
    {
        var random = new Random(1);
        var pixels = new byte[10 * 784];
        random.NextBytes(pixels);
        pixels.AsSpan(0, 784).CopyTo(pixels.AsSpan(784)); // the first two images are the same
        var set = ReferenceSet.Create("set", "set", new LabeledImages(pixels, new byte[10]));
        var training = new LabeledImages([.. pixels.AsSpan(784, 784), .. new byte[784], .. pixels.AsSpan(5 * 784, 784)], new byte[3]);
        Assert.Equal([0, 1, 5], set.FindSeen(training).Index().Where(seen => seen.Item).Select(seen => seen.Index));
    }
}
