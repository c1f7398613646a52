using MnistService.Model.Architectures;
using MnistService.Model.Native;
using MnistService.Model.Simd;
using MnistService.Model.Training.Steps;
using MnistService.TestSupport;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Training.Steps;

/// <summary>Compares the fused training pass with the modules, which libtorch differentiates.</summary>
public sealed class FusedCnnPassTests
{
    private static readonly LossTarget Target = new(Smoothing: 0.05, BatchSize: 48);

    public FusedCnnPassTests() => TorchRuntime.Load();

    [Theory]
    [InlineData(1, 16)]
    [InlineData(7, 16)]
    [InlineData(32, 4)]
    [InlineData(32, 8)]
    [InlineData(32, 16)]
    public void It_gives_the_same_loss_gradients_and_statistics(int pictures, int width)
    {
        using var scope = NewDisposeScope();
        var seed = TestSeed.Value(3);
        using var generator = Generator(seed);
        using var ours = new DigitCnn();
        using var theirs = new DigitCnn();
        Network.Initialize(ours, seed);
        using (no_grad())
        {
            // Scales of both signs: with a negative scale, max pooling selects the smallest value before normalization.
            foreach (var norm in new[] { ours.Normalization1, ours.Normalization2 })
            {
                norm.weight!.normal_(0, 1, generator);
                norm.bias!.normal_(0, 1, generator);
            }
        }
        Network.Import(theirs, Network.Export(ours));
        using var mine = new FlatParameters(ours, CPU);
        using var other = new FlatParameters(theirs, CPU);
        ours.train();
        theirs.train();
        if (pictures == 1) // a single image has no variance in the last batch norm
        {
            ours.Normalization3.eval();
            theirs.Normalization3.eval();
        }
        var (fused, oracle) = (Fused(width, ours), new ModulePass(theirs, Target));
        for (var step = 0; step < 2; step++) // the second pass accumulates gradients
        {
            var digits = SyntheticDigits.Make(pictures, seed + step);
            var x = NetworkInput.FromPixels(tensor(digits.Pixels, [pictures, 784], dtype: ScalarType.Byte), PixelScaling.Unit);
            var y = tensor(digits.Labels).to(ScalarType.Int64);
            var (mySums, otherSums) = (fused.Run(x, y), oracle.Run(x, y));
            Assert.True((mySums - otherSums).abs().max().item<float>() < 1e-3 * pictures);
        }
        // Compares gradient vectors instead of elements: near ReLU's kink, or if two values in a pooling window are almost equal, rounding changes an element
        // abruptly.
        var (a, b) = (mine.Gradients, other.Gradients);
        Assert.Equal(1, (a.dot(b) / (a.norm() * b.norm())).item<float>(), 0.01f);
        Assert.Equal(1, (a.norm() / b.norm()).item<float>(), 0.01f);
        Assert.True((mine.Statistics - other.Statistics).abs().max().item<float>() < 1e-4);
    }

    [Theory]
    [InlineData(16, 28)]
    [InlineData(32, 14)]
    public void Normalised_pooling_is_ReLU_normalisation_and_pooling(int channels, int side)
    {
        CheckPooling<FloatVector128>(channels, side);
        CheckPooling<FloatVector256>(channels, side);
        CheckPooling<FloatVector512>(channels, side);
    }

    private static void CheckPooling<TVector>(int channels, int side)
        where TVector : struct, IFloatVector<TVector>
    {
        using var scope = NewDisposeScope();
        using var generator = Generator(TestSeed.Value(1));
        var (ours, theirs) = (nn.BatchNorm2d(channels), nn.BatchNorm2d(channels));
        using (no_grad()) ours.weight!.normal_(0, 1, generator).add_(ours.bias!.normal_(0, 1, generator)); // scales of both signs
        theirs.load_state_dict(ours.state_dict());
        using var mine = new FlatParameters(ours, CPU);
        using var other = new FlatParameters(theirs, CPU);
        var pooling = new NormalizedPooling<TVector>(ours);
        var x = randn([5, side, side, channels], generator: generator).permute(0, 3, 1, 2);
        var outer = randn([5, side / 2, side / 2, channels], generator: generator).permute(0, 3, 1, 2);
        var leaf = x.clone().requires_grad_();
        var expected = nn.functional.max_pool2d(theirs.forward(leaf.relu()), 2);
        expected.backward([outer]);
        Near(expected, pooling.Forward(x));
        Near(leaf.grad!, pooling.Backward(outer));
        Near(other.Gradients, mine.Gradients);
        Near(other.Statistics, mine.Statistics);
    }

    [Fact]
    public void The_first_convolution_is_a_convolution()
    {
        CheckConvolution<FloatVector128>();
        CheckConvolution<FloatVector256>();
        CheckConvolution<FloatVector512>();
    }

    private static void CheckConvolution<TVector>()
        where TVector : struct, IFloatVector<TVector>
    {
        using var scope = NewDisposeScope();
        using var generator = Generator(TestSeed.Value(1));
        var (ours, theirs) = (nn.Conv2d(1, 16, 3, padding: 1L), nn.Conv2d(1, 16, 3, padding: 1L));
        using (no_grad()) ours.weight!.normal_(0, 1, generator).add_(ours.bias!.normal_(0, 1, generator).view(16, 1, 1, 1));
        theirs.load_state_dict(ours.state_dict());
        using var mine = new FlatParameters(ours, CPU);
        using var other = new FlatParameters(theirs, CPU);
        var convolution = new FirstConvolution<TVector>(ours);
        var (x, outer) = (randn([5, 1, 28, 28], generator: generator), randn([5, 28, 28, 16], generator: generator).permute(0, 3, 1, 2));
        var expected = theirs.forward(x);
        expected.backward([outer]);
        Near(expected, convolution.Forward(NetworkInput.ChannelsLast(x.view(5, 784))));
        convolution.Backward(outer);
        Near(other.Gradients, mine.Gradients);
    }

    /// <summary>A generator of its own: libtorch's default generator also serves the tests that run at the same time.</summary>
    private static Generator Generator(int seed) => new((ulong)seed, CPU);

    private static NetworkPass Fused(int width, DigitCnn network) => width switch
    {
        4 => new FusedCnnPass<FloatVector128>(network, Target),
        8 => new FusedCnnPass<FloatVector256>(network, Target),
        _ => new FusedCnnPass<FloatVector512>(network, Target),
    };

    private static void Near(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<float>() / expected.abs().max().item<float>(), 0, 5e-5f);

    [Fact]
    public void Extreme_logits_give_a_finite_loss_and_gradient()
    {
        float[] logits = [0, 1e4f, -1e4f, 0, 0, 0, 0, 0, 0, 0];
        var gradient = new float[10];
        var (loss, right) = SoftmaxLoss.Compute(logits, [2], Target, gradient);
        Assert.True(double.IsFinite(loss) && loss > 1e4);
        Assert.Equal(0, right);
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
        Assert.Equal(0, gradient.Sum(), 1e-6f);
    }

    [Fact]
    public void A_logit_that_is_not_a_number_gives_a_loss_that_is_not()
    {
        var logits = new float[10];
        logits[3] = float.NaN;
        Assert.False(double.IsFinite(SoftmaxLoss.Compute(logits, [2], Target, new float[10]).Loss));
    }
}
