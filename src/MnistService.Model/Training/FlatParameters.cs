using MnistService.Model.Networks;
using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>
/// A network's parameters and gradients laid out in two flat vectors, of which the network's own tensors become views: the
/// optimizer and the average are then a few operations on one vector instead of hundreds on small ones. Weights of convolutions
/// lie channels-last.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly List<Tensor> _views = [];

    internal FlatParameters(nn.Module network, Device device)
    {
        using var noGrad = no_grad();
        var parameters = network.parameters().ToArray();
        var total = parameters.Sum(p => p.numel());
        Values = zeros(total, dtype: ScalarType.Float32, device: device);
        Gradients = zeros_like(Values);
        long offset = 0;
        foreach (var parameter in parameters)
        {
            var strides = Network.ChannelsLastStrides(parameter.shape);
            var value = Values.as_strided(parameter.shape, strides, offset);
            value.copy_(parameter);
            parameter.set_(value);
            var gradient = Gradients.as_strided(parameter.shape, strides, offset);
            parameter.grad = gradient; // backward adds into an existing gradient in place
            _views.AddRange([value, gradient]);
            offset += parameter.numel();
        }
    }

    /// <summary>[P] every trainable value.</summary>
    internal Tensor Values { get; }

    /// <summary>[P] the gradient of each.</summary>
    internal Tensor Gradients { get; }

    public void Dispose()
    {
        foreach (var view in _views) view.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }
}
