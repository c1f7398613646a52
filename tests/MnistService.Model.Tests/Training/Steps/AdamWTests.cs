using MnistService.Model.Architectures;
using MnistService.Model.Native;
using MnistService.Model.Training.Steps;
using MnistService.TestSupport;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Training.Steps;

public sealed class AdamWTests
{
    public AdamWTests() => TorchRuntime.Load();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)] // gradients of two replicas; the values are updated in three parts
    public void It_steps_as_the_librarys_AdamW_does(int replicas, int parts)
    {
        const double LearningRate = 0.01, WeightDecay = 0.1;
        using var scope = NewDisposeScope();
        var seed = TestSeed.Value(1);
        using var generator = new Generator((ulong)seed, CPU);
        using var theirs = new DigitMlp();
        Network.Initialize(theirs, seed);
        var ours = Enumerable.Range(0, replicas).Select(_ => new DigitMlp()).ToArray();
        Network.Import(ours[0], Network.Export(theirs));
        var flat = new List<FlatParameters>();
        foreach (var network in ours) flat.Add(new FlatParameters(network, CPU, flat.FirstOrDefault()?.Values));
        using var optimizer = new AdamW(flat, WeightDecay);
        using var oracle = optim.AdamW(theirs.parameters(), lr: LearningRate, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: WeightDecay);
        var count = flat[0].Values.numel();
        for (var step = 1; step <= 5; step++)
        {
            var (x, y) = (randn([16, 1, 28, 28], generator: generator), randint(0, 10, [16], dtype: ScalarType.Int64, generator: generator));
            foreach (var network in ours) (nn.functional.cross_entropy(network.forward(x), y) / replicas).backward();
            // Both use the same gradients: two computations of a gradient differ by rounding, and a tiny gradient still causes a full step.
            foreach (var (parameter, i) in theirs.parameters().Select((p, i) => (p, i)))
                parameter.grad = ours.Select(network => network.parameters().ElementAt(i).grad!).Aggregate(zeros_like(parameter), (sum, gradient) => sum + gradient);
            for (var part = 0; part < parts; part++) optimizer.Step(step, LearningRate, count * part / parts, count * (part + 1) / parts - count * part / parts);
            Assert.All(flat, replica => Assert.Equal(0, replica.Gradients.abs().max().item<float>()));
            oracle.step();
        }
        foreach (var network in ours)
            foreach (var (mine, other) in network.parameters().Zip(theirs.parameters()))
                Assert.True((mine - other).abs().max().item<float>() < 2e-5);
    }
}
