using MnistService.Model.Architectures;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// Stores the parameters, gradients and running statistics of a network in three flat vectors. The network's own tensors become views of these
/// vectors, so that an update of all tensors is one operation instead of dozens. Convolution weights are channels-last.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly List<Tensor> _views = [];
    private readonly bool _ownsValues;

    /// <param name="network">
    /// The network. Its running statistics are copied into a new vector. Its parameter values are copied only if <paramref name="shared"/> is <c>null</c>.
    /// </param>
    /// <param name="device">The device of the vectors.</param>
    /// <param name="shared">
    /// The parameter values (<see cref="Values"/>) of another network with the same architecture. Both networks then share them. <c>null</c> to create new
    /// values.
    /// </param>
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
            parameter.grad = View(Gradients, parameter.shape, offset); // backward() accumulates into an existing gradient in place
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

    /// <summary>[P] all trainable parameters (weights and biases).</summary>
    internal Tensor Values { get; }

    /// <summary>[P] gradients of <see cref="Values"/>.</summary>
    internal Tensor Gradients { get; }

    /// <summary>[S] running mean and variance of all batch norm layers.</summary>
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
