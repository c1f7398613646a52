using MnistService.Model.Datasets;
using MnistService.Model.Handwriting;
using MnistService.Model.Imaging;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Training;
using MnistService.Model.Training.Steps;

namespace MnistService.Model.Scoring;

/// <summary>
/// Trains the digit score of a network: which images show a digit at all. Half of each batch are digits: training images and drawn digits. The other half
/// are drawn non-digits, and pairs of training images in one frame. All drawings are new in each batch. An image whose answer is already certain adds no
/// gradient, so that the time is spent on the difficult ones.
/// </summary>
internal sealed class DigitScoreTrainer
{
    /// <summary>Images per batch: digits, the drawn ones among them, non-digits, and the pairs of training images among them.</summary>
    private const int Digits = 32, Drawn = 8, NonDigits = 32, Pairs = 4, Batch = Digits + NonDigits;

    private static readonly Hyperparameters Schedule = new() { LearningRate = 4e-3, WarmUp = 0.1 };

    /// <summary>Weight of a digit in the loss. A rejected digit is the more expensive error.</summary>
    private const float DigitWeight = 2;

    /// <summary>Logit beyond which a right answer is certain: a loss of 0.011.</summary>
    private const float Certain = 4.5f;

    private const int Seed = 1;

    private readonly FusedNetwork _network;
    private readonly LabeledImages _images;
    private readonly ScoreNetwork _score;
    private readonly Random _random = new(Seed);
    private readonly int[] _order;
    private int _next;

    /// <param name="network">The trained network, whose features the score uses.</param>
    /// <param name="images">Training images; at least 1. All of them are digits.</param>
    public DigitScoreTrainer(FusedNetwork network, LabeledImages images)
    {
        (_network, _images) = (network, images);
        _score = new ScoreNetwork(network, _random);
        _order = [.. Enumerable.Range(0, images.Count)];
        _next = _order.Length;
    }

    /// <param name="cancellation">Checked between steps.</param>
    public ScoreNetwork Train(int steps, CancellationToken cancellation)
    {
        var schedule = new LearningRateScheduler(Schedule, steps);
        var pixels = new byte[Batch * DigitImage.PixelCount];
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < Batch; i++) Next(i, pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount));
            var features = _score.Extract(pixels, Batch);
            for (var i = 0; i < Batch; i++)
            {
                var image = features.Slice(i * _network.FeatureCount, _network.FeatureCount);
                var (logit, isDigit) = (_score.Forward(image), i < Digits);
                if ((isDigit ? logit : -logit) > Certain) continue;
                var probability = 1 / (1 + MathF.Exp(-logit));
                _score.Learn(image, (isDigit ? DigitWeight * (probability - 1) : probability) / Batch);
            }
            _score.Step(schedule.At(step + 1));
        }
        return _score;
    }

    /// <summary>Writes the image at index <paramref name="i"/> of a batch.</summary>
    private void Next(int i, Span<byte> pixels)
    {
        if (i < Digits - Drawn) NextImage().CopyTo(pixels);
        else if (i < Digits) DrawnFrames.Digit(_random).CopyTo(pixels);
        else if (i < Batch - Pairs) DrawnFrames.NonDigit(_random).CopyTo(pixels);
        else DrawnFrames.Pair(_random, NextImage(), NextImage()).CopyTo(pixels);
    }

    private ReadOnlySpan<byte> NextImage()
    {
        if (_next == _order.Length)
        {
            _random.Shuffle(_order);
            _next = 0;
        }
        return _images.Pixels.AsSpan(_order[_next++] * DigitImage.PixelCount, DigitImage.PixelCount);
    }
}
