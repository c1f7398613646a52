using MnistService.Model.Networks;
using MnistService.Model.Storage;
using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>
/// Exponential moving average of the parameters and of the running statistics of batch normalisation: smoother than the last
/// step's weights, and usually a little more accurate.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly nn.Module _network;
    private readonly FlatParameters _parameters;
    private readonly double _decay;
    private readonly Tensor _values;       // [P]
    private readonly Tensor[] _statistics; // running mean and variance of each normalisation
    private readonly Tensor[] _live;

    internal WeightAverage(nn.Module network, FlatParameters parameters, double decay)
    {
        using var noGrad = no_grad();
        (_network, _parameters, _decay) = (network, parameters, decay);
        _values = parameters.Values.clone();
        _live = [.. network.buffers().Where(b => b.is_floating_point())];
        _statistics = [.. _live.Select(b => b.clone())];
    }

    /// <param name="step">From 1: the average never reaches back further than the steps so far.</param>
    internal void Update(int step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var keep = Math.Min(_decay, (step - 1.0) / (step + 9));
        Blend(_values, _parameters.Values, 1 - keep);
        for (var i = 0; i < _live.Length; i++) Blend(_statistics[i], _live[i], 1 - keep);
    }

    /// <summary>The averaged state, under the network's names.</summary>
    internal StateDict Export()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // The network's own tensors take the averages while they are read, then get their values back.
        var (values, statistics) = (_parameters.Values.clone(), _live.Select(b => b.clone()).ToArray());
        _parameters.Values.copy_(_values);
        for (var i = 0; i < _live.Length; i++) _live[i].copy_(_statistics[i]);
        var state = Network.Export(_network);
        _parameters.Values.copy_(values);
        for (var i = 0; i < _live.Length; i++) _live[i].copy_(statistics[i]);
        return state;
    }

    /// <summary>The averages as they are, for a checkpoint.</summary>
    internal StateTensor[] Save() => [.. Named().Select(entry => StateTensor.From(entry.Name, entry.Tensor))];

    /// <exception cref="ModelFormatException">They are of another network.</exception>
    internal void Load(StateDict state)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, target) in Named())
        {
            state.Require(name, target.shape, StateType.F32);
            target.copy_(state[name].ToTorch());
        }
    }

    private IEnumerable<(string Name, Tensor Tensor)> Named() =>
        _statistics.Select((tensor, i) => ($"statistics.{i}", tensor)).Prepend(("values", _values));

    private static void Blend(Tensor average, Tensor live, double weight) => average.mul_(1 - weight).add_(live, alpha: weight);

    public void Dispose()
    {
        _values.Dispose();
        foreach (var statistic in _statistics) statistic.Dispose();
    }
}
