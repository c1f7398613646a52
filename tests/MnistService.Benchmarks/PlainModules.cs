using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Registry;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Benchmarks;

/// <summary>
/// The straightforward implementation, for comparison: the TorchSharp modules of <see cref="Network"/> in libtorch's default memory layout, without operator
/// fusion. Not thread-safe.
/// </summary>
internal sealed class PlainModules : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly double _temperature;

    internal PlainModules(ModelStore store)
    {
        var card = store.Find(store.CurrentId!)!;
        (_network, _temperature) = (Network.Create(card.Network), card.Temperature);
        Network.Import(_network, store.ReadWeights(card));
        _network.eval();
    }

    internal void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using Scalar white = 255, mean = NetworkInput.Mean, deviation = NetworkInput.Deviation, temperature = _temperature;
        var input = tensor(pixels.ToArray(), [pixels.Length / 784, 1, 28, 28], ScalarType.Byte).to(ScalarType.Float32).div_(white).sub_(mean).div_(deviation); // [N,1,28,28]
        var output = _network.forward(input).div_(temperature).softmax(1); // [N,10]
        MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(probabilities);
    }

    public void Dispose() => _network.Dispose();
}
