using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Inference;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Native;
using MnistService.Model.Simd;
using MnistService.Model.Tests.Inference.Cpu;
using MnistService.Model.Weights;

namespace MnistService.Model.Tests.Inference;

/// <summary>The forward pass of the digit score on the CPU and with TorchSharp.</summary>
public sealed class DigitScoreTests
{
    private static readonly DeviceChoice Cpu = new("cpu", "test");

    public DigitScoreTests() => TorchRuntime.Load();

    [Theory]
    [InlineData(NetworkKind.Cnn, 4)]
    [InlineData(NetworkKind.Cnn, 8)]
    [InlineData(NetworkKind.Cnn, 16)]
    [InlineData(NetworkKind.Mlp, 4)]
    [InlineData(NetworkKind.Mlp, 8)]
    [InlineData(NetworkKind.Mlp, 16)]
    public void Every_vector_width_computes_the_scores_that_TorchSharp_computes(NetworkKind kind, int width)
    {
        var (state, score) = (RandomNetworks.Create(kind, seed: width), RandomScore(kind, seed: width));
        using var classifier = new FusedDigitClassifier(new("test", Prepare(width, kind, state, score)));
        using var oracle = new TorchDigitClassifier("test", kind, state, PixelScaling.Unit, Cpu, score: score);
        foreach (var count in new[] { 1, 2, 33, 70 })
        {
            var pixels = RandomNetworks.Pictures(count, seed: count);
            var (expected, found) = (new float[count], new float[count]);
            oracle.Classify(pixels, new float[count * 10], expected);
            classifier.Classify(pixels, new float[count * 10], found);
            Assert.Equal(expected, found, (a, b) => Math.Abs(a - b) < 1e-4);
            Assert.True(count < 10 || expected.Max() - expected.Min() > 0.01, "All scores are equal, so the comparison shows nothing.");
        }
    }

    [Fact]
    public void Scores_are_computed_for_the_first_images_and_change_no_probability()
    {
        var model = new FusedModel("test", Prepare(8, NetworkKind.Cnn, RandomNetworks.Create(NetworkKind.Cnn, seed: 1), RandomScore(NetworkKind.Cnn, seed: 1)));
        using var classifier = new FusedDigitClassifier(model);
        var pixels = RandomNetworks.Pictures(70, seed: 1);
        var (plain, scored, all, first) = (new float[700], new float[700], new float[70], new float[40]);
        classifier.Classify(pixels, plain);
        classifier.Classify(pixels, new float[700], all);
        classifier.Classify(pixels, scored, first);
        Assert.Equal(plain, scored);
        Assert.Equal(all[..40], first);
        Assert.Equal(all[3], model.ClassifyOne(pixels.AsSpan(3 * 784, 784), new float[10]));
        Assert.Throws<ArgumentException>(() => classifier.Classify(pixels, plain, new float[71]));
    }

    [Fact]
    public void Without_a_digit_score_the_result_is_not_a_number()
    {
        var state = RandomNetworks.Create(NetworkKind.Mlp, seed: 1);
        var model = new FusedModel("test", FusedNetwork.Prepare(NetworkKind.Mlp, state, PixelScaling.Unit));
        using var classifier = new FusedDigitClassifier(model);
        using var torch = new TorchDigitClassifier("test", NetworkKind.Mlp, state, PixelScaling.Unit, Cpu);
        var pixels = RandomNetworks.Pictures(2, seed: 1);
        foreach (var each in new IDigitClassifier[] { classifier, torch })
        {
            var scores = new float[2];
            each.Classify(pixels, new float[20], scores);
            Assert.All(scores, score => Assert.Equal(float.NaN, score));
        }
        Assert.Equal(float.NaN, model.ClassifyOne(pixels.AsSpan(0, 784), new float[10]));
    }

    [Fact]
    public void The_score_of_another_network_is_rejected()
    {
        var error = Assert.Throws<ModelFormatException>(() => new DigitScore(NetworkKind.Cnn, RandomScore(NetworkKind.Mlp, seed: 1).State));
        Assert.Equal("Tensor 'hidden.weight' is F32 [128,784]; expected F32 [128,1568].", error.Message);
    }

    internal static DigitScore RandomScore(NetworkKind kind, int seed)
    {
        var (random, features) = (new Random(seed), kind == NetworkKind.Cnn ? 1568 : 784);
        return new(kind, new([Tensor("hidden.weight", 128, features), Tensor("hidden.bias", 128), Tensor("output.weight", 1, 128), Tensor("output.bias", 1)]));

        StateTensor Tensor(string name, params long[] shape)
        {
            var values = new float[shape.Aggregate(1L, (count, length) => count * length)];
            for (var i = 0; i < values.Length; i++) values[i] = 6 * (random.NextSingle() - 0.5f) / MathF.Sqrt(shape[^1]);
            return new(name, StateType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }
    }

    private static FusedNetwork Prepare(int width, NetworkKind kind, StateDict state, DigitScore score) => width switch
    {
        4 => FusedNetwork.Prepare<FloatVector128>(kind, state, PixelScaling.Unit, score),
        8 => FusedNetwork.Prepare<FloatVector256>(kind, state, PixelScaling.Unit, score),
        _ => FusedNetwork.Prepare<FloatVector512>(kind, state, PixelScaling.Unit, score),
    };
}
