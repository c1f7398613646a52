using MnistService.Model.Architectures;
using MnistService.Model.Weights;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// Exponential moving average (EMA) of the parameters and of the running statistics of batch norm. The averaged weights vary less than the weights
/// of the last step and are usually slightly more accurate.
/// </summary>
internal sealed class ExponentialMovingAverage : IDisposable
{
    private const string Values = "values", Statistics = "statistics";

    private readonly nn.Module _network;
    private readonly FlatParameters _parameters;
    private readonly double _decay;
    private readonly Tensor _values;     // [P] averaged parameters
    private readonly Tensor _statistics; // [S] averaged running statistics

    internal ExponentialMovingAverage(nn.Module network, FlatParameters parameters, double decay)
    {
        using var noGrad = no_grad();
        (_network, _parameters, _decay) = (network, parameters, decay);
        (_values, _statistics) = (parameters.Values.clone(), parameters.Statistics.clone());
    }

    /// <summary>Updates the average of a range of the parameters.</summary>
    /// <param name="step">
    /// Number of the step, from 1. The decay of the average is at most (step − 1) / (step + 9), so that the average does not retain the initial weights.
    /// </param>
    /// <param name="from">Index of the first parameter to average.</param>
    /// <param name="count">Number of parameters to average.</param>
    internal void Update(int step, long from, long count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _values.narrow(0, from, count).lerp_(_parameters.Values.narrow(0, from, count), Weight(step));
    }

    /// <summary>Updates the average of the running statistics of batch norm.</summary>
    internal void UpdateStatistics(int step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _statistics.lerp_(_parameters.Statistics, Weight(step));
    }

    private double Weight(int step) => 1 - Math.Min(_decay, (step - 1.0) / (step + 9));

    /// <summary>Returns the averaged parameters and running statistics of batch norm as a state dict of the network.</summary>
    internal StateDict Export()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // Copies the averages into the network's tensors, exports them, and restores the original values.
        var (values, statistics) = (_parameters.Values.clone(), _parameters.Statistics.clone());
        _parameters.Values.copy_(_values);
        _parameters.Statistics.copy_(_statistics);
        var state = Network.Export(_network);
        _parameters.Values.copy_(values);
        _parameters.Statistics.copy_(statistics);
        return state;
    }

    /// <summary>Returns the averages for a checkpoint, as two flat vectors: the parameters, and the running statistics of batch norm.</summary>
    internal StateTensor[] Save() => [StateTensor.From(Values, _values), StateTensor.From(Statistics, _statistics)];

    /// <summary>Restores the averaged parameters and running statistics from a checkpoint.</summary>
    /// <exception cref="ModelFormatException">An average is missing, or its shape does not match the network.</exception>
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
