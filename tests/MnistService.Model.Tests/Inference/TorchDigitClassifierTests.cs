using MnistService.Model.Architectures;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using MnistService.TestSupport;
using TorchSharp;

namespace MnistService.Model.Tests.Inference;

/// <remarks>Not run in parallel, because one test counts the tensors of the whole process.</remarks>
[Collection(AloneCollection.Name)]
public sealed class TorchDigitClassifierTests
{
    private static readonly DeviceChoice Cpu = new("cpu", "test");
    private readonly StateDict _state;

    public TorchDigitClassifierTests()
    {
        TorchRuntime.Load();
        using var network = Network.Create(NetworkKind.Cnn);
        _state = Network.Export(network);
    }

    [Fact]
    public void Probabilities_sum_to_one_and_do_not_depend_on_the_batch()
    {
        using var classifier = Classifier();
        var pixels = RandomBytes.Create(40 * 784, seed: 1);
        var together = new float[400];
        classifier.Classify(pixels, together);
        for (var i = 0; i < 40; i++)
        {
            var alone = new float[10];
            classifier.Classify(pixels.AsSpan(i * 784, 784), alone);
            Assert.Equal(1, alone.Sum(), 1e-5f);
            for (var digit = 0; digit < 10; digit++) Assert.Equal(alone[digit], together[i * 10 + digit], 1e-5f);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(783, 10)]
    [InlineData(784, 9)]
    [InlineData(1568, 10)]
    public void Lengths_that_do_not_match_are_refused_before_libtorch_sees_them(int pixels, int probabilities)
    {
        using var classifier = Classifier();
        Assert.Throws<ArgumentException>(() => classifier.Classify(new byte[pixels], new float[probabilities]));
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var classifier = Classifier();
        var (pixels, probabilities) = (RandomBytes.Create(64 * 784, seed: 1), new float[640]);
        classifier.Classify(pixels, probabilities); // grows the staging tensor once
        GC.Collect(); // tensors of other tests count until their finalizers have run
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 200; i++) classifier.Classify(pixels.AsSpan(0, (1 + i % 64) * 784), probabilities.AsSpan(0, (1 + i % 64) * 10));
        Assert.InRange(torch.Tensor.TotalCount, 0, before);
    }

    private TorchDigitClassifier Classifier() => new("test", NetworkKind.Cnn, _state, PixelScaling.Unit, Cpu);
}
