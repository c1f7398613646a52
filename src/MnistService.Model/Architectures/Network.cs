using MnistService.Model.Native;
using MnistService.Model.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistService.Model.Architectures;

/// <summary>Creates TorchSharp networks, initializes their weights, and imports and exports state dicts.</summary>
internal static class Network
{
    /// <summary>Creates a network on the CPU in training mode. Call <see cref="Initialize"/> or <see cref="Import"/> before using its weights.</summary>
    internal static Module<Tensor, Tensor> Create(NetworkKind kind)
    {
        Module<Tensor, Tensor> network = kind switch
        {
            NetworkKind.Cnn => new DigitCnn(),
            NetworkKind.Mlp => new DigitMlp(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown network."),
        };
        TorchRuntime.CountParametersMade(network.parameters().Count());
        // Disables the batch counter of batch norm. Nothing reads the counter, because the momentum is fixed. TorchSharp would increment it with a temporary
        // Scalar, which the garbage collector may free while libtorch still reads it.
        foreach (var normalization in network.modules().OfType<NormBase>()) normalization.num_batches_tracked = null;
        return network;
    }

    /// <summary>Computes the inputs of the first fully connected layer.</summary>
    /// <param name="input">[N,1,28,28], standardized.</param>
    /// <returns>[N,1568] for the convolutional network, [N,784] for the fully connected network.</returns>
    internal static Tensor Features(Module<Tensor, Tensor> network, Tensor input) => network is DigitCnn cnn ? cnn.ExtractFeatures(input) : input.flatten(1);

    /// <summary>Computes the logits [N,10] from the result of <see cref="Features"/>.</summary>
    internal static Tensor Logits(Module<Tensor, Tensor> network, Tensor features) => network is DigitCnn cnn ? cnn.Classify(features) : network.forward(features);

    /// <summary>Counts the trainable parameters (weights and biases).</summary>
    internal static long CountParameters(Module network) => network.parameters().Sum(p => p.numel());

    /// <summary>
    /// Applies PyTorch's default initialization: weights and biases of convolutions and linear layers are uniform within ±1/√fan-in.
    /// The same seed gives the same values.
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

    /// <summary>
    /// Copies every parameter and buffer into a state dict in PyTorch's order: layer by layer, parameters before running statistics.
    /// <c>num_batches_tracked</c> is always 0.
    /// </summary>
    internal static StateDict Export(Module network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var own = network.state_dict();
        return new StateDict(NetworkTensors.Of(KindOf(network)).Select(tensor =>
            own.TryGetValue(tensor.Name, out var value) ? StateTensor.From(tensor.Name, value) : new StateTensor(tensor.Name, StateType.I64, [], new byte[sizeof(long)])));
    }

    /// <summary>Copies a state dict into the network, after checking every name, shape and type.</summary>
    /// <exception cref="ModelFormatException">A tensor is missing, is unknown, or has the wrong shape or type.</exception>
    internal static void Import(Module network, StateDict state)
    {
        NetworkTensors.Check(KindOf(network), state);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, target) in network.state_dict()) target.copy_(state[name].ToTorch());
    }

    private static NetworkKind KindOf(Module network) => network is DigitCnn ? NetworkKind.Cnn : NetworkKind.Mlp;

    /// <summary>
    /// Returns strides in elements: channels-last strides for 4-D convolution weights, row-major strides for 2-D and 1-D shapes. The layout of a weight
    /// determines the layout of the convolution's output.
    /// </summary>
    internal static long[] ChannelsLastStrides(long[] shape) => shape.Length switch
    {
        4 => [shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]],
        2 => [shape[1], 1],
        _ => [1],
    };

    /// <summary>Converts the weights of all convolutions to the channels-last memory layout, in place.</summary>
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
