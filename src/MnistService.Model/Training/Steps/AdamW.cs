using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>AdamW optimizer (Loshchilov &amp; Hutter, arXiv 1711.05101) on one flat parameter vector. Threads may update disjoint ranges in parallel.</summary>
internal sealed class AdamW : IDisposable
{
    private const string Mean = "optimizer.mean", Variance = "optimizer.variance";

    private readonly Tensor _values;      // [P] parameters
    private readonly Tensor[] _gradients; // [P] gradients of each replica; each step uses their sum
    private readonly double _weightDecay;
    private readonly Tensor _mean;               // [P] running mean of the gradient
    private readonly Tensor _variance;           // [P] running mean of the squared gradient

    /// <param name="replicas">The parameters of all replicas. The replicas share one vector of values; each has its own gradients.</param>
    /// <param name="weightDecay">Decoupled weight decay: each step multiplies each parameter by 1 − learning rate × weight decay.</param>
    internal AdamW(IReadOnlyList<FlatParameters> replicas, double weightDecay)
    {
        (_values, _gradients, _weightDecay) = (replicas[0].Values, [.. replicas.Select(r => r.Gradients)], weightDecay);
        (_mean, _variance) = (zeros_like(_values), zeros_like(_values));
    }

    /// <summary>Updates a range of the parameters and sets their gradients to zero.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="from">Index of the first parameter to update.</param>
    /// <param name="count">Number of parameters to update.</param>
    internal void Step(int step, double learningRate, long from, long count)
    {
        var update = AdamWUpdate.Of(step, learningRate, _weightDecay);
        if (_values.device_type == TorchSharp.DeviceType.CPU) StepHere((int)from, (int)count, update);
        else StepOnDevice(from, count, update);
    }

    /// <summary>Updates parameters on the CPU in one pass over memory. <see cref="StepOnDevice"/> needs nine libtorch operations for the same result.</summary>
    private unsafe void StepHere(int from, int count, AdamWUpdate update)
    {
        Span<nint> gradients = stackalloc nint[_gradients.Length];
        for (var r = 0; r < gradients.Length; r++) gradients[r] = (nint)(Floats.Of(_gradients[r]) + from);
        update.Apply(Floats.Of(_values) + from, Floats.Of(_mean) + from, Floats.Of(_variance) + from, gradients, count);
    }

    private void StepOnDevice(long from, long count, AdamWUpdate update)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor Part(Tensor vector) => vector.narrow(0, from, count);
        var (gradient, mean, variance) = (Part(_gradients[0]), Part(_mean), Part(_variance)); // on a GPU, there is only one replica
        using Scalar beta1 = AdamWUpdate.Beta1, rest1 = 1 - AdamWUpdate.Beta1, beta2 = AdamWUpdate.Beta2, rest2 = 1 - AdamWUpdate.Beta2;
        using Scalar kept = update.Keep, least = update.Epsilon, step = -update.Rate;
        mean.mul_(beta1).add_(gradient, alpha: rest1);
        variance.mul_(beta2).addcmul_(gradient, gradient, rest2);
        Part(_values).mul_(kept).addcdiv_(mean, variance.sqrt().add_(least), step);
        gradient.zero_();
    }

    /// <summary>Returns the running means of the gradient and of the squared gradient for a checkpoint.</summary>
    internal StateTensor[] Save() => [StateTensor.From(Mean, _mean), StateTensor.From(Variance, _variance)];

    /// <summary>Restores the running means of the gradient and of the squared gradient from a checkpoint.</summary>
    /// <exception cref="ModelFormatException">A running mean is missing, or its shape does not match the network.</exception>
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
