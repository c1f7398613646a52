using MnistService.Model.Networks;
using MnistService.Model.Runtime;
using MnistService.Model.Training;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Training;

public sealed class AdamWTests
{
    public AdamWTests() => TorchRuntime.Load();

    [Fact]
    public void It_steps_as_the_librarys_AdamW_does()
    {
        const double LearningRate = 0.01, WeightDecay = 0.1;
        using var scope = NewDisposeScope();
        using var ours = new DigitMlp();
        using var theirs = new DigitMlp();
        Network.Import(theirs, Network.Export(ours));
        using var parameters = new FlatParameters(ours, CPU);
        using var optimizer = new AdamW(parameters, WeightDecay);
        using var oracle = optim.AdamW(theirs.parameters(), lr: LearningRate, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: WeightDecay);
        for (var step = 1; step <= 5; step++)
        {
            var (x, y) = (randn(16, 1, 28, 28), randint(0, 10, 16, dtype: ScalarType.Int64));
            parameters.Gradients.zero_();
            nn.functional.cross_entropy(ours.forward(x), y).backward();
            optimizer.Step(step, LearningRate);
            oracle.zero_grad();
            nn.functional.cross_entropy(theirs.forward(x), y).backward();
            oracle.step();
        }
        foreach (var (mine, other) in ours.parameters().Zip(theirs.parameters()))
            Assert.True((mine - other).abs().max().item<float>() < 2e-5);
    }
}
