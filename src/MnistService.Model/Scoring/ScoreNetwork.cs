using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Training.Steps;
using MnistService.Model.Weights;

namespace MnistService.Model.Scoring;

/// <summary>
/// The network of a digit score during training: features (the inputs of the first fully connected layer of the digit network) → 128 hidden units with ReLU →
/// one logit. The forward pass and the gradients skip features that are 0. Not thread-safe.
/// </summary>
internal sealed unsafe class ScoreNetwork
{
    private const int Units = DigitScore.Units;

    /// <summary>Maximum number of images per call of <see cref="Extract"/>.</summary>
    private const int Capacity = 64;

    private const double WeightDecay = 0.01;

    private readonly FusedNetwork _network;
    private readonly Workspace _workspace = new(Capacity);
    private readonly int _features;
    private readonly float[] _gains;
    private readonly float[] _values, _gradients, _means, _variances; // each: features×128 hidden weights, 128 hidden biases, 128 output weights, 1 output bias
    private readonly float[] _hidden = new float[Units], _slopes = new float[Units];
    private int _steps;

    /// <param name="network">The trained digit network, whose features are the input of the score.</param>
    /// <param name="random">Source of the initial weights.</param>
    public ScoreNetwork(FusedNetwork network, Random random)
    {
        (_network, _features) = (network, network.FeatureCount);
        _gains = [.. Enumerable.Range(0, _features).Select(i => (float)network.Feature(i).Scale)];
        var count = _features * Units + 2 * Units + 1;
        (_values, _gradients, _means, _variances) = (new float[count], new float[count], new float[count], new float[count]);
        Fill(HiddenWeights, MathF.Sqrt(1f / _features), random);
        Fill(OutputWeights, MathF.Sqrt(1f / Units), random);
    }

    /// <summary>[features×128] weights of the hidden layer, one row per feature.</summary>
    private Span<float> HiddenWeights => _values.AsSpan(0, _features * Units);

    /// <summary>[128] biases of the hidden layer.</summary>
    private Span<float> HiddenBias => _values.AsSpan(_features * Units, Units);

    /// <summary>[128] weights of the output layer.</summary>
    private Span<float> OutputWeights => _values.AsSpan((_features + 1) * Units, Units);

    private ref float OutputBias => ref _values[^1];

    /// <summary>
    /// Computes the features of up to 64 images, and multiplies each feature by its normalization scale (<see cref="FusedNetwork.Feature"/>), so that all
    /// features have a similar range.
    /// </summary>
    /// <param name="pixels">[count×784], 0 = paper, 255 = ink.</param>
    /// <returns>[count×features]; valid until the next call of this method or of <see cref="Logits"/>.</returns>
    public Span<float> Extract(ReadOnlySpan<byte> pixels, int count)
    {
        fixed (byte* first = pixels) _network.Extract(first, count, _workspace);
        var features = new Span<float>(_workspace.Features.Address, count * _features);
        for (var image = 0; image < features.Length; image += _features)
            TensorPrimitives.Multiply(features.Slice(image, _features), _gains, features.Slice(image, _features));
        return features;
    }

    /// <summary>Computes the uncalibrated logit of the digit probability for any number of images.</summary>
    /// <param name="pixels">[N×784], 0 = paper, 255 = ink.</param>
    /// <returns>[N] logits.</returns>
    public float[] Logits(ReadOnlySpan<byte> pixels)
    {
        var logits = new float[pixels.Length / DigitImage.PixelCount];
        for (var done = 0; done < logits.Length; done += Capacity)
        {
            var now = Math.Min(Capacity, logits.Length - done);
            var features = Extract(pixels[(done * DigitImage.PixelCount)..], now);
            for (var i = 0; i < now; i++) logits[done + i] = Forward(features.Slice(i * _features, _features));
        }
        return logits;
    }

    /// <summary>Returns the calibrated weights, with the features in PyTorch's order.</summary>
    /// <param name="slope">Factor by which the logits are multiplied.</param>
    /// <param name="center">Uncalibrated logit that corresponds to a digit probability of 0.5 after the calibration.</param>
    public StateDict Export(float slope, float center)
    {
        var (weights, bias) = (new float[Units * _features], HiddenBias.ToArray());
        for (var i = 0; i < _features; i++)
        {
            var (place, _, shift) = _network.Feature(i);
            for (var unit = 0; unit < Units; unit++)
            {
                var weight = HiddenWeights[i * Units + unit];
                weights[unit * _features + place] = weight;
                bias[unit] -= weight * (float)shift;
            }
        }
        var output = OutputWeights.ToArray();
        TensorPrimitives.Multiply(output, slope, output);
        return new(
        [
            Tensor($"{DigitScore.Hidden}.weight", weights, Units, _features), Tensor($"{DigitScore.Hidden}.bias", bias, Units),
            Tensor($"{DigitScore.Output}.weight", output, 1, Units), Tensor($"{DigitScore.Output}.bias", [slope * (OutputBias - center)], 1),
        ]);
    }

    private static StateTensor Tensor(string name, float[] values, params long[] shape) => new(name, StateType.F32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    /// <summary>Computes the uncalibrated logit of one image. <see cref="Learn"/> uses the values of the hidden units that this call computes.</summary>
    /// <param name="features">Features of one image: one row of the result of <see cref="Extract"/>.</param>
    public float Forward(ReadOnlySpan<float> features)
    {
        HiddenBias.CopyTo(_hidden);
        for (var i = 0; i < features.Length; i++)
            if (features[i] != 0) TensorPrimitives.MultiplyAdd(HiddenWeights.Slice(i * Units, Units), features[i], _hidden, _hidden);
        TensorPrimitives.Max(_hidden, 0, _hidden);
        return OutputBias + TensorPrimitives.Dot(OutputWeights, _hidden);
    }

    /// <summary>Adds the gradients for one image to the gradients of the batch. The preceding call must be <see cref="Forward"/> for the same image.</summary>
    /// <param name="features">Features of one image: one row of the result of <see cref="Extract"/>.</param>
    /// <param name="slope">Derivative of the loss with respect to the logit.</param>
    public void Learn(ReadOnlySpan<float> features, float slope)
    {
        var output = _gradients.AsSpan((_features + 1) * Units, Units);
        TensorPrimitives.MultiplyAdd(_hidden, slope, output, output);
        _gradients[^1] += slope;
        TensorPrimitives.Multiply(OutputWeights, slope, _slopes);
        for (var unit = 0; unit < Units; unit++)
            if (_hidden[unit] == 0) _slopes[unit] = 0;
        var bias = _gradients.AsSpan(_features * Units, Units);
        TensorPrimitives.Add(bias, _slopes, bias);
        for (var i = 0; i < features.Length; i++)
        {
            if (features[i] == 0) continue;
            var row = _gradients.AsSpan(i * Units, Units);
            TensorPrimitives.MultiplyAdd(_slopes, features[i], row, row);
        }
    }

    /// <summary>Updates all weights and biases with AdamW, and sets their gradients to 0.</summary>
    public void Step(double learningRate)
    {
        fixed (float* values = _values, gradients = _gradients, means = _means, variances = _variances)
            AdamWUpdate.Of(++_steps, learningRate, WeightDecay).Apply(values, means, variances, [(nint)gradients], _values.Length);
    }

    private static void Fill(Span<float> weights, float spread, Random random)
    {
        foreach (ref var weight in weights) weight = spread * (2 * random.NextSingle() - 1);
    }
}
