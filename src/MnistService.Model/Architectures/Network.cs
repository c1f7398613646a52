using MnistService.Model.Native;
using MnistService.Model.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistService.Model.Architectures;

/// <summary>Builds the networks, and moves their weights in and out.</summary>
internal static class Network
{
    /// <summary>A network in training mode on the CPU, its weights not yet meaningful: initialise or load them.</summary>
    internal static Module<Tensor, Tensor> Create(NetworkKind kind)
    {
        Module<Tensor, Tensor> network = kind switch
        {
            NetworkKind.Cnn => new DigitCnn(),
            NetworkKind.Mlp => new DigitMlp(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown network."),
        };
        TorchRuntime.CountParametersMade(network.parameters().Count());
        // TorchSharp counts batches with add_(1), a number in passing (see Native/Constants.cs), and nothing reads the count: momentum is fixed.
        foreach (var normalization in network.modules().OfType<NormBase>()) normalization.num_batches_tracked = null;
        return network;
    }

    /// <summary>Trainable values.</summary>
    internal static long CountParameters(Module network) => network.parameters().Sum(p => p.numel());

    /// <summary>
    /// PyTorch's default initialisation (uniform within 1/√fan-in for weights and biases of convolutions and linear layers),
    /// decided by the seed alone.
    /// </summary>
    internal static void Initialize(Module network, long seed)
    {
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed, device: CPU);
        foreach (var module in network.modules())
        {
            var (weight, bias) = module switch
            {
                Conv2d c => (c.weight, c.bias),
                Linear l => (l.weight, l.bias),
                _ => (null, null),
            };
            if (weight is null || bias is null) continue;
            var bound = 1 / Math.Sqrt(weight.numel() / weight.shape[0]);
            weight.uniform_(-bound, bound, generator);
            bias.uniform_(-bound, bound, generator);
        }
    }

    /// <summary>Copies every parameter and buffer out, in PyTorch's order: layer by layer, parameters before statistics. Batches are not counted: 0.</summary>
    internal static StateDict Export(Module network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var own = network.state_dict();
        return new StateDict(NetworkTensors.Of(KindOf(network)).Select(tensor =>
            own.TryGetValue(tensor.Name, out var value) ? StateTensor.From(tensor.Name, value) : new StateTensor(tensor.Name, StateType.I64, [], new byte[sizeof(long)])));
    }

    /// <summary>Copies a state into the network. Every name and shape is checked before the first value is copied.</summary>
    /// <exception cref="ModelFormatException">A tensor is missing, extra, or has another shape or type.</exception>
    internal static void Import(Module network, StateDict state)
    {
        NetworkTensors.Check(KindOf(network), state);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, target) in network.state_dict()) target.copy_(state[name].ToTorch());
    }

    private static NetworkKind KindOf(Module network) => network is DigitCnn ? NetworkKind.Cnn : NetworkKind.Mlp;

    /// <summary>
    /// Strides that put the channels of a convolution's weight innermost, other tensors row-major. The weight's layout decides
    /// that of every activation after it.
    /// </summary>
    internal static long[] ChannelsLastStrides(long[] shape) => shape.Length switch
    {
        4 => [shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]],
        2 => [shape[1], 1],
        _ => [1],
    };

    /// <summary>Lays the weights of the convolutions out channels-last, in place.</summary>
    internal static void LayOutChannelsLast(Module network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var weight in network.parameters().Where(p => p.dim() == 4))
        {
            var copy = zeros(weight.numel()).as_strided(weight.shape, ChannelsLastStrides(weight.shape));
            weight.set_(copy.copy_(weight));
        }
    }
}
