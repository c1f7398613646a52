using MnistService.Model.Architectures;
using MnistService.Model.Weights;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Inference.Cpu;

/// <summary>Random networks in which every weight and statistic affects the result: batch norm far from the identity, also with negative scales.</summary>
internal static class RandomNetworks
{
    internal static StateDict Create(NetworkKind kind, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        using var network = Network.Create(kind);
        Network.Initialize(network, seed);
        foreach (var (name, tensor) in network.state_dict())
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal)) tensor.uniform_(0.2, 2, generator);
            else if (name.EndsWith("running_mean", StringComparison.Ordinal)) tensor.uniform_(-0.5, 0.5, generator);
            else if (tensor.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal)) tensor.uniform_(-1.5, 1.5, generator);
            else if (tensor.dim() == 1 && name.EndsWith("bias", StringComparison.Ordinal)) tensor.uniform_(-0.5, 0.5, generator);
        }
        return Network.Export(network);
    }

    /// <summary>Pixels [N×784] of noise, strokes, uniformly filled images, and single dots.</summary>
    internal static byte[] Pictures(int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[count * 784];
        for (var i = 0; i < count; i++)
        {
            var picture = pixels.AsSpan(i * 784, 784);
            if (i % 4 == 0) random.NextBytes(picture);
            else if (i % 4 == 1) for (var p = 0; p < 784; p++) picture[p] = (byte)(p / 28 + i % 28 is > 12 and < 17 ? 200 + random.Next(56) : 0);
            else if (i % 4 == 2) picture.Fill((byte)random.Next(256));
            else for (var n = 0; n < 40; n++) picture[random.Next(784)] = (byte)random.Next(256);
        }
        return pixels;
    }
}
