using System.Globalization;
using MnistService.Benchmarks.Load;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Handwriting.Strokes;
using MnistService.Model.Native;
using MnistService.Model.Registry;

namespace MnistService.Benchmarks;

/// <summary>
/// Accuracy and calibration of the CNNs of a model store on MNIST and on held-out strokes, for example of five trainings that differ only in their seed. The models are not trained
/// on any of these images.
/// </summary>
internal static class AccuracyReport
{
    private const int HeldOutImages = 5_000, HeldOutStrokes = 20_000;
    private const long StrokeSeed = 1; // as the reference set of the service

    /// <param name="folder">The model store.</param>
    /// <returns>Exit code 0.</returns>
    internal static async Task<int> RunAsync(string folder)
    {
        var machine = Machine.Look();
        var page = new ResultPage("accuracy", machine, isKept: true);
        page.Begin("Accuracy and calibration", "accuracy FOLDER");
        var store = new ModelStore(folder);
        var cards = store.List().Where(card => card.Network == NetworkKind.Cnn).OrderBy(card => card.Training?.Settings.Seed).ToList();
        var mnist = Repository.RequireMnist();
        LabeledImages[] sets = [MnistDataset.LoadTest(mnist), MnistDataset.LoadHeldOut(mnist, HeldOutImages), StrokeDigits.DrawHeldOut(HeldOutStrokes, StrokeSeed, Environment.ProcessorCount)];
        var results = cards.ConvertAll(card =>
        {
            using var classifier = store.Load(card.Id, DeviceChoice.WithoutTorch("cpu")!, 1)[0];
            return Array.ConvertAll(sets, set => EvaluationResult.Measure(classifier, set));
        });

        page.Line($"FOLDER contains the results of trainings. Errors are images that are classified wrongly; the calibration error is the expected one, over 15 bins.\n");
        page.Line($"| model | seed | epochs | training | MNIST's test images: errors of {sets[0].Count:n0} | calibration error | MNIST's held-out images: errors of {sets[1].Count:n0} | held-out strokes: errors of {sets[2].Count:n0} | calibration error | held-out 1s: errors of {HeldOutStrokes / 10:n0} |");
        page.Line($"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (card, result) in cards.Zip(results))
        {
            page.Line($"| {card.Id}{(card.Shipped ? " (shipped)" : "")} | {card.Training?.Settings.Seed} | {card.Training?.Epochs.Count} | {card.Training?.Seconds:f0} s | {Errors(result[0])} | {result[0].CalibrationError:p2} | {Errors(result[1])} | {Errors(result[2])} | {result[2].CalibrationError:p2} | {Errors(result[2], 1)} |");
        }
        page.Line($"| mean | | | {cards.Average(card => card.Training?.Seconds):f0} s | {results.Average(r => Errors(r[0])):f1} | {results.Average(r => r[0].CalibrationError):p2} | {results.Average(r => Errors(r[1])):f1} | {results.Average(r => Errors(r[2])):f1} | {results.Average(r => r[2].CalibrationError):p2} | {results.Average(r => Errors(r[2], 1)):f1} |\n");

        page.Line($"## Errors per digit of the held-out strokes, of {HeldOutStrokes / 10:n0} each, and the most frequent wrong answer\n");
        page.Line($"| digit | {string.Join(" | ", cards.Select(card => string.Create(CultureInfo.InvariantCulture, $"seed {card.Training?.Settings.Seed}")))} |");
        page.Line($"| --- |{string.Concat(Enumerable.Repeat(" --- |", cards.Count))}");
        for (var digit = 0; digit < 10; digit++) page.Line($"| {digit} | {string.Join(" | ", results.Select(result => Describe(result[2], digit)))} |");
        await page.SaveAsync();
        return 0;
    }

    private static int Errors(EvaluationResult result) => Enumerable.Range(0, 10).Sum(digit => Errors(result, digit));

    private static int Errors(EvaluationResult result, int digit) => result.ConfusionMatrix[digit].Sum() - result.ConfusionMatrix[digit][digit];

    private static string Describe(EvaluationResult result, int digit)
    {
        var wrong = result.ConfusionMatrix[digit].Select((count, answer) => (Count: answer == digit ? 0 : count, Answer: answer)).MaxBy(each => each.Count);
        return wrong.Count == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{Errors(result, digit)} ({wrong.Answer}: {wrong.Count})");
    }
}
