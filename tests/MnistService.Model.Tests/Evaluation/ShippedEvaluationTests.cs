using System.Text.Json;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Evaluation;

/// <summary>
/// Checks the evaluation files of the shipped models against the results of their weights. WRITE_EVALUATIONS=1 writes the files first, for new models or new
/// measurements.
/// </summary>
public sealed class ShippedEvaluationTests
{
    private static readonly string Models = Path.Combine(MnistLocation.Root, "models");

    [Fact]
    public void Each_shipped_model_does_on_the_test_images_what_its_evaluation_says()
    {
        var test = MnistDataset.LoadTest(MnistLocation.Require());
        var store = new ModelStore(Models);
        foreach (var card in store.List())
        {
            var measured = EvaluationResult.Measure(store.Load(card.Id, new DeviceChoice("cpu", "test"), 1)[0], test, TestContext.Current.CancellationToken);
            var path = Path.Combine(Models, card.Id, "evaluation.json");
            if (Environment.GetEnvironmentVariable("WRITE_EVALUATIONS") == "1")
                File.WriteAllText(path, JsonSerializer.Serialize(measured, ModelJson.Options) + "\n");
            var written = store.FindEvaluation(card.Id)!;
            Assert.Equal(written.Accuracy, measured.Accuracy);
            Assert.Equal(written.Predictions, measured.Predictions);
            Assert.Equal(written.CalibrationError!.Value, measured.CalibrationError!.Value, 1e-4);
            // Rounding may move a prediction at the edge of a bin into the next bin.
            Assert.Equal(written.Reliability!.Count, measured.Reliability!.Count);
            foreach (var (expected, seen) in written.Reliability.Zip(measured.Reliability))
            {
                Assert.InRange(seen.Images, expected.Images - 2, expected.Images + 2);
                Assert.Equal(expected.Confidence, seen.Confidence, 0.02);
            }
        }
    }
}
