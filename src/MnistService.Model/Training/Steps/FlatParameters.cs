using MnistService.Model.Architectures;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// A network's parameters, gradients and statistics laid out in three flat vectors, of which the network's own tensors become
/// views: what is done to all of them is then one operation instead of dozens. Weights of convolutions lie channels-last.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly List<Tensor> _views = [];
    private readonly bool _ownsValues;

    /// <param name="network">Its values are kept.</param>
    /// <param name="device">Where the vectors live.</param>
    /// <param name="shared">Values of a network of the same kind that this one shall share; null for values of its own.</param>
    internal FlatParameters(nn.Module network, Device device, Tensor? shared = null)
    {
        using var noGrad = no_grad();
        var parameters = network.parameters().ToArray();
        var total = parameters.Sum(p => p.numel());
        _ownsValues = shared is null;
        Values = shared ?? zeros(total, dtype: ScalarType.Float32, device: device);
        Gradients = zeros_like(Values);
        long offset = 0;
        foreach (var parameter in parameters)
        {
            var value = View(Values, parameter.shape, offset);
            if (_ownsValues) value.copy_(parameter);
            parameter.set_(value);
            parameter.grad = View(Gradients, parameter.shape, offset); // backward adds into an existing gradient in place
            offset += parameter.numel();
        }
        var statistics = network.buffers().Where(b => b.is_floating_point()).ToArray();
        Statistics = zeros(statistics.Sum(s => s.numel()), dtype: ScalarType.Float32, device: device);
        offset = 0;
        foreach (var statistic in statistics)
        {
            var value = View(Statistics, statistic.shape, offset);
            value.copy_(statistic);
            statistic.set_(value);
            offset += statistic.numel();
        }
    }

    /// <summary>[P] every trainable value.</summary>
    internal Tensor Values { get; }

    /// <summary>[P] the gradient of each.</summary>
    internal Tensor Gradients { get; }

    /// <summary>[S] running mean and variance of each normalisation.</summary>
    internal Tensor Statistics { get; }

    private Tensor View(Tensor vector, long[] shape, long offset)
    {
        var view = vector.as_strided(shape, Network.ChannelsLastStrides(shape), offset);
        _views.Add(view);
        return view;
    }

    public void Dispose()
    {
        foreach (var view in _views) view.Dispose();
        if (_ownsValues) Values.Dispose();
        Gradients.Dispose();
        Statistics.Dispose();
    }
}
