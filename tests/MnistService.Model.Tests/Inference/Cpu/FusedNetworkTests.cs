using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Evaluation;
using MnistService.Model.Inference;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Simd;
using MnistService.Model.Weights;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Inference.Cpu;

/// <summary>Tests of the CPU forward pass, with TorchSharp's modules as oracle.</summary>
public sealed class FusedNetworkTests
{
    private const float Tolerance = 1e-4f;

    private static readonly DeviceChoice Cpu = new("cpu", "test");

    public FusedNetworkTests() => TorchRuntime.Load();

    public static TheoryData<NetworkKind, PixelScaling, int> Kinds()
    {
        var data = new TheoryData<NetworkKind, PixelScaling, int>();
        foreach (var kind in Enum.GetValues<NetworkKind>())
            foreach (var scaling in Enum.GetValues<PixelScaling>())
                foreach (var width in new[] { 4, 8, 16 })
                    data.Add(kind, scaling, width);
        return data;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_width_answers_as_the_modules_do(NetworkKind kind, PixelScaling scaling, int width)
    {
        // Raw pixels are 255 times as large as scaled ones, so weights trained with them are 255 times smaller.
        var state = RandomNetworks.Create(kind, seed: width);
        if (scaling == PixelScaling.Raw) state = Divide(state, kind == NetworkKind.Cnn ? "features.0.weight" : "classify.0.weight", 255);
        using var classifier = new FusedDigitClassifier(new("test", Prepare(width, kind, state, scaling), temperature: 0.7));
        using var oracle = new TorchDigitClassifier("test", kind, state, scaling, Cpu, temperature: 0.7);
        foreach (var count in new[] { 1, 2, 3, 8, 31, 32, 33, 130 })
        {
            var pixels = RandomNetworks.Pictures(count, seed: count);
            AssertClose(Ask(oracle, pixels), Ask(classifier, pixels));
        }
    }

    [Fact]
    public void Each_of_the_10000_test_images_is_read_as_by_the_modules_and_probabilities_differ_by_less_than_a_ten_thousandth()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var test = MnistDataset.Load(MnistLocation.Require()).Test;
        var store = new ModelStore(Path.Combine(MnistLocation.Root, "models"));
        foreach (var card in store.List())
        {
            using var classifier = store.Load(card.Id, Cpu, 1)[0];
            using var oracle = new TorchDigitClassifier(card.Id, card.Network, store.ReadWeights(card), card.Scaling, Cpu, card.Temperature);
            Assert.IsType<FusedDigitClassifier>(classifier);
            var (expected, answers) = (Predictions.Measure(oracle, test, cancellation), Predictions.Measure(classifier, test, cancellation));
            for (var i = 0; i < test.Count; i++) Assert.Equal(expected.Digit(i), answers.Digit(i));
            AssertClose(expected.Probabilities, answers.Probabilities);
        }
    }

    [Theory]
    [InlineData(NetworkKind.Cnn, "features.4.weight")]
    [InlineData(NetworkKind.Cnn, "classify.2.running_mean")]
    [InlineData(NetworkKind.Mlp, "classify.0.bias")]
    public void A_weight_that_is_no_number_is_not_hidden_by_the_activations(NetworkKind kind, string tensor)
    {
        var state = Divide(RandomNetworks.Create(kind, seed: 1), tensor, 0); // n/0 and 0/0
        using var classifier = new FusedDigitClassifier(new("test", FusedNetwork.Prepare(kind, state, PixelScaling.Unit)));
        Assert.Contains(Ask(classifier, RandomNetworks.Pictures(4, seed: 1)), p => !float.IsFinite(p));
    }

    [Fact]
    public async Task Any_number_of_threads_may_ask_for_single_pictures_and_get_the_batchs_answers()
    {
        var model = new FusedModel("test", FusedNetwork.Prepare(NetworkKind.Cnn, RandomNetworks.Create(NetworkKind.Cnn, seed: 1), PixelScaling.Unit));
        using var classifier = new FusedDigitClassifier(model);
        var pixels = RandomNetworks.Pictures(64, seed: 1);
        var expected = Ask(classifier, pixels);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            var probabilities = new float[640];
            for (var i = 0; i < 64; i++) classifier.ForAnyThread.ClassifyOne(pixels.AsSpan(i * 784, 784), probabilities.AsSpan(i * 10, 10));
            return probabilities;
        })));
        foreach (var answer in answers) Assert.Equal(expected, answer);
    }

    [Fact]
    public void A_classification_allocates_nothing()
    {
        using var classifier = new FusedDigitClassifier(new("test", FusedNetwork.Prepare(NetworkKind.Cnn, RandomNetworks.Create(NetworkKind.Cnn, seed: 1), PixelScaling.Unit)));
        var (pixels, probabilities) = (RandomNetworks.Pictures(100, seed: 1), new float[1000]);
        classifier.Classify(pixels, probabilities);
        // A garbage collection that another test causes may add to the counter, so one of several runs must be 0: an allocation of the code itself would appear
        // in each run.
        Assert.Contains(0, Enumerable.Range(0, 5).Select(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 1; i <= 100; i++) classifier.Classify(pixels.AsSpan(0, i * 784), probabilities.AsSpan(0, i * 10));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(783, 10)]
    [InlineData(784, 9)]
    [InlineData(1568, 10)]
    public void Lengths_that_do_not_match_are_refused(int pixels, int probabilities)
    {
        using var classifier = new FusedDigitClassifier(new("test", FusedNetwork.Prepare(NetworkKind.Mlp, RandomNetworks.Create(NetworkKind.Mlp, seed: 1), PixelScaling.Unit)));
        Assert.Throws<ArgumentException>(() => classifier.Classify(new byte[pixels], new float[probabilities]));
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        var state = RandomNetworks.Create(NetworkKind.Mlp, seed: 1);
        var error = Assert.Throws<ModelFormatException>(() => FusedNetwork.Prepare(NetworkKind.Cnn, state, PixelScaling.Unit));
        Assert.Equal("Tensor 'features.0.weight' is missing; expected F32 [16,1,3,3].", error.Message);
    }

    private static FusedNetwork Prepare(int width, NetworkKind kind, StateDict state, PixelScaling scaling) => width switch
    {
        4 => FusedNetwork.Prepare<FloatVector128>(kind, state, scaling),
        8 => FusedNetwork.Prepare<FloatVector256>(kind, state, scaling),
        _ => FusedNetwork.Prepare<FloatVector512>(kind, state, scaling),
    };

    private static StateDict Divide(StateDict state, string tensor, float by) => new(state.Tensors.Select(t =>
    {
        if (t.Name != tensor) return t;
        var values = t.Floats.ToArray();
        for (var i = 0; i < values.Length; i++) values[i] /= by;
        return t with { Bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }));

    private static float[] Ask(IDigitClassifier classifier, byte[] pixels)
    {
        var probabilities = new float[pixels.Length / 784 * 10];
        classifier.Classify(pixels, probabilities);
        return probabilities;
    }

    private static void AssertClose(float[] expected, float[] found)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - found[i]) <= Tolerance, $"Picture {i / 10} of {expected.Length / 10}, digit {i % 10}: {found[i]}, expected {expected[i]}.");
    }
}
