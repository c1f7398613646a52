using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Handwriting;
using MnistService.Model.Handwriting.Strokes;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Registry;
using MnistService.Model.Scoring;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Scoring;

/// <summary>Training and calibration of the digit score.</summary>
public sealed class DigitScoreFitTests
{
    private static readonly ModelStore Store = new(Path.Combine(MnistLocation.Root, "models"));

    private static FusedNetwork Shipped(out ModelCard card)
    {
        card = Store.Find(Store.CurrentId!)!;
        return FusedNetwork.Prepare(card.Network, Store.ReadWeights(card), card.Scaling);
    }

    [Fact]
    public void A_score_that_is_trained_on_500_images_accepts_digits_and_rejects_most_non_digits()
    {
        var network = Shipped(out var card);
        var train = MnistDataset.Load(MnistLocation.Require()).Train;
        var fit = DigitScoreFit.Run(card.Network, network, new(train.Slice(0, 500), Steps: 400), [train.Slice(59_000, 1_000)], TestContext.Current.CancellationToken)!;
        Assert.Equal((1_000, 1_000), (fit.Digits, fit.NonDigits));
        Assert.InRange(fit.Rejected, 0.4, 1); // more steps reject 97 %

        // The exported weights give the calibrated scores: the threshold separates the same images.
        var scored = FusedNetwork.Prepare(card.Network, Store.ReadWeights(card), card.Scaling, fit.Score);
        using var classifier = new FusedDigitClassifier(new("test", scored));
        var scores = new float[1_000];
        classifier.Classify(train.Slice(59_000, 1_000).Pixels, new float[10_000], scores);
        Assert.Equal(fit.Accepted, scores.Count(score => score >= DigitScore.Threshold) / 1_000.0, 0.002);
        const float rounding = 1e-4f; // the threshold can be exactly the score of one image
        Assert.InRange(scores.Count(score => score >= DigitScore.Threshold - rounding) / 1_000.0, 0.993, 1);
    }

    /// <summary>The strokes get other scores than MNIST's images. With one threshold for all images together, one of the sets would be accepted less often.</summary>
    [Fact]
    public void Each_large_set_of_held_out_images_is_accepted()
    {
        var network = Shipped(out var card);
        var train = MnistDataset.Load(MnistLocation.Require()).Train;
        LabeledImages[] sets = [train.Slice(59_000, 1_000), StrokeDigits.DrawHeldOut(4_000, seed: 2, threads: 2)];
        var fit = DigitScoreFit.Run(card.Network, network, new(train.Slice(0, 500), Steps: 200), sets, TestContext.Current.CancellationToken)!;
        using var classifier = new FusedDigitClassifier(new("test", FusedNetwork.Prepare(card.Network, Store.ReadWeights(card), card.Scaling, fit.Score)));
        foreach (var set in sets)
        {
            var scores = new float[set.Count];
            classifier.Classify(set.Pixels, new float[10 * set.Count], scores);
            const float rounding = 1e-4f; // the threshold can be exactly the score of one image
            Assert.InRange(scores.Count(score => score >= DigitScore.Threshold - rounding) / (double)set.Count, 0.993, 1);
        }
    }

    [Fact]
    public void A_canceled_training_ends()
    {
        var network = Shipped(out var card);
        Assert.Throws<OperationCanceledException>(() => DigitScoreFit.Run(card.Network, network, new(new(new byte[784], [0]), Steps: 10), [], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_step_moves_each_logit_in_the_direction_of_its_label()
    {
        var network = Shipped(out _);
        var score = new ScoreNetwork(network, new Random(1));
        var random = new Random(2);
        byte[] pixels = [.. DrawnFrames.Digit(random), .. DrawnFrames.NonDigit(random)];
        var before = score.Logits(pixels);
        for (var step = 0; step < 20; step++)
        {
            var features = score.Extract(pixels, 2);
            for (var i = 0; i < 2; i++)
            {
                var image = features.Slice(i * network.FeatureCount, network.FeatureCount);
                score.Learn(image, 1 / (1 + MathF.Exp(-score.Forward(image))) - (1 - i));
            }
            score.Step(1e-3f);
        }
        var after = score.Logits(pixels);
        Assert.True(after[0] > before[0] + 1, $"digit: {before[0]} became {after[0]}");
        Assert.True(after[1] < before[1] - 1, $"non-digit: {before[1]} became {after[1]}");
    }
}
