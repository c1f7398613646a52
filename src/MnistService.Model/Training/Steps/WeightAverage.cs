using MnistService.Model.Architectures;
using MnistService.Model.Weights;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// Exponential moving average of the parameters and of the running statistics of batch normalisation: smoother than the last
/// step's weights, and usually a little more accurate.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private const string Values = "values", Statistics = "statistics";

    private readonly nn.Module _network;
    private readonly FlatParameters _parameters;
    private readonly double _decay;
    private readonly Tensor _values;     // [P]
    private readonly Tensor _statistics; // [S]

    internal WeightAverage(nn.Module network, FlatParameters parameters, double decay)
    {
        using var noGrad = no_grad();
        (_network, _parameters, _decay) = (network, parameters, decay);
        (_values, _statistics) = (parameters.Values.clone(), parameters.Statistics.clone());
    }

    /// <param name="step">From 1: the average never reaches back further than the steps so far.</param>
    /// <param name="from">First of the parameters to average.</param>
    /// <param name="count">How many.</param>
    internal void Update(int step, long from, long count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _values.narrow(0, from, count).lerp_(_parameters.Values.narrow(0, from, count), Weight(step));
    }

    /// <summary>The same for the statistics.</summary>
    internal void UpdateStatistics(int step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _statistics.lerp_(_parameters.Statistics, Weight(step));
    }

    private double Weight(int step) => 1 - Math.Min(_decay, (step - 1.0) / (step + 9));

    /// <summary>The averaged state, under the network's names.</summary>
    internal StateDict Export()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // The network's own tensors take the averages while they are read, then get their values back.
        var (values, statistics) = (_parameters.Values.clone(), _parameters.Statistics.clone());
        _parameters.Values.copy_(_values);
        _parameters.Statistics.copy_(_statistics);
        var state = Network.Export(_network);
        _parameters.Values.copy_(values);
        _parameters.Statistics.copy_(statistics);
        return state;
    }

    /// <summary>The averages as they are, for a checkpoint.</summary>
    internal StateTensor[] Save() => [StateTensor.From(Values, _values), StateTensor.From(Statistics, _statistics)];

    /// <exception cref="ModelFormatException">They are of another network.</exception>
    internal void Load(StateDict state)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, target) in new[] { (Values, _values), (Statistics, _statistics) })
        {
            state.Require(name, target.shape, StateType.F32);
            target.copy_(state[name].ToTorch());
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        _statistics.Dispose();
    }
}
