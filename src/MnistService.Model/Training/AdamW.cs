using MnistService.Model.Storage;
using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>AdamW (Loshchilov &amp; Hutter, arXiv 1711.05101) on one flat vector of parameters: seven operations a step.</summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private const string Mean = "optimizer.mean", Variance = "optimizer.variance";

    private readonly FlatParameters _parameters;
    private readonly double _weightDecay;
    private readonly Tensor _mean;     // [P] running mean of the gradient
    private readonly Tensor _variance; // [P] running mean of its square

    internal AdamW(FlatParameters parameters, double weightDecay)
    {
        (_parameters, _weightDecay) = (parameters, weightDecay);
        _mean = zeros_like(parameters.Values);
        _variance = zeros_like(parameters.Values);
    }

    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">Of this step.</param>
    internal void Step(int step, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var gradient = _parameters.Gradients;
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        _mean.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
        _variance.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        var denominator = _variance.sqrt().add_(Epsilon * correction);
        _parameters.Values
            .mul_(1 - learningRate * _weightDecay)
            .addcdiv_(_mean, denominator, -learningRate * correction / (1 - Math.Pow(Beta1, step)));
    }

    /// <summary>The two running means, for a checkpoint.</summary>
    internal StateTensor[] Save() => [StateTensor.From(Mean, _mean), StateTensor.From(Variance, _variance)];

    /// <exception cref="ModelFormatException">They are of another network.</exception>
    internal void Load(StateDict state)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, target) in new[] { (Mean, _mean), (Variance, _variance) })
        {
            state.Require(name, target.shape, StateType.F32);
            target.copy_(state[name].ToTorch());
        }
    }

    public void Dispose()
    {
        _mean.Dispose();
        _variance.Dispose();
    }
}
