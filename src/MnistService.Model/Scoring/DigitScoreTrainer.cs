using MnistService.Model.Datasets;
using MnistService.Model.Handwriting;
using MnistService.Model.Imaging;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Training;
using MnistService.Model.Training.Steps;

namespace MnistService.Model.Scoring;

/// <summary>
/// Trains the digit score of a network, which estimates whether an image shows a digit at all. Half of each batch are digits: training images and drawn digits.
/// The other half are non-digits: drawn non-digits, and pairs of training images in one image. Each batch contains new drawings. An image that is already
/// classified with certainty adds no gradient, which saves time.
/// </summary>
internal sealed class DigitScoreTrainer
{
    /// <summary>Number of images per batch that show a digit.</summary>
    private const int Digits = 32;

    /// <summary>Number of drawn digits per batch, included in <see cref="Digits"/>. The other digits are training images.</summary>
    private const int Drawn = 8;

    /// <summary>Number of images per batch that do not show a single digit.</summary>
    private const int NonDigits = 32;

    /// <summary>Number of pairs of training images per batch, included in <see cref="NonDigits"/>. The other non-digits are drawn.</summary>
    private const int Pairs = 4;

    /// <summary>Number of images per batch: digits and non-digits together.</summary>
    private const int Batch = Digits + NonDigits;

    private static readonly Hyperparameters Schedule = new() { LearningRate = 4e-3, WarmUp = 0.1 };

    /// <summary>Weight of a digit in the loss; the weight of a non-digit is 1. A rejected digit is a worse error than an accepted non-digit.</summary>
    private const float DigitWeight = 2;

    /// <summary>
    /// An image adds no gradient if its class is already certain: a digit whose logit is above this value, or a non-digit whose logit is below the negative
    /// value. The cross-entropy of such an image, without <see cref="DigitWeight"/>, is below 0.0111.
    /// </summary>
    private const float Certain = 4.5f;

    private const int Seed = 1;

    private readonly FusedNetwork _network;
    private readonly LabeledImages _images;
    private readonly ScoreNetwork _score;
    private readonly Random _random = new(Seed);
    private readonly int[] _order;
    private int _next;

    /// <param name="network">The trained network, whose features are the input of the score.</param>
    /// <param name="images">Training images, all of which show a digit; at least 1.</param>
    public DigitScoreTrainer(FusedNetwork network, LabeledImages images)
    {
        (_network, _images) = (network, images);
        _score = new ScoreNetwork(network, _random);
        _order = [.. Enumerable.Range(0, images.Count)];
        _next = _order.Length;
    }

    /// <summary>Trains the digit score, and returns the network that computes it.</summary>
    /// <param name="steps">Number of training steps. Each step uses one batch.</param>
    /// <param name="cancellation">Checked between training steps.</param>
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

    /// <summary>
    /// Creates the image at index <paramref name="i"/> of a batch. The index determines the kind of the image: a training image, a drawn digit, a drawn
    /// non-digit or a pair of training images.
    /// </summary>
    /// <param name="pixels">Receives 784 bytes, row-major, 0 = paper, 255 = ink.</param>
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
