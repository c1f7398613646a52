using System.Numerics;
using System.Runtime.CompilerServices;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>AdamW optimizer (Loshchilov &amp; Hutter, arXiv 1711.05101) on one flat parameter vector. Threads may update disjoint ranges in parallel.</summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private const string Mean = "optimizer.mean", Variance = "optimizer.variance";

    private readonly Tensor _values;      // [P]
    private readonly Tensor[] _gradients; // [P] per replica; each step sums them
    private readonly double _weightDecay;
    private readonly Tensor _mean;               // [P] running mean of the gradient
    private readonly Tensor _variance;           // [P] running mean of the squared gradient

    /// <param name="replicas">The parameters of all replicas. The replicas share one vector of values; each has its own gradients.</param>
    /// <param name="weightDecay">Decoupled weight decay; the learning rate multiplies it.</param>
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
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        var (keep, epsilon, rate) = (1 - learningRate * _weightDecay, Epsilon * correction, learningRate * correction / (1 - Math.Pow(Beta1, step)));
        if (_values.device_type == TorchSharp.DeviceType.CPU) StepHere((int)from, (int)count, (float)keep, (float)epsilon, (float)rate);
        else StepOnDevice(from, count, keep, epsilon, rate);
    }

    /// <summary>Updates parameters on the CPU in one pass over memory. The same update with libtorch operations needs about twelve passes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void StepHere(int from, int count, float keep, float epsilon, float rate)
    {
        float* values = Floats.Of(_values) + from, means = Floats.Of(_mean) + from, variances = Floats.Of(_variance) + from;
        var gradients = stackalloc float*[_gradients.Length];
        for (var r = 0; r < _gradients.Length; r++) gradients[r] = Floats.Of(_gradients[r]) + from;
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = Vector<float>.Zero;
            for (var r = 0; r < _gradients.Length; r++)
            {
                g += Vector.Load(gradients[r] + i);
                Vector.Store(Vector<float>.Zero, gradients[r] + i);
            }
            var m = Vector.Load(means + i) * (float)Beta1 + g * (float)(1 - Beta1);
            var v = Vector.Load(variances + i) * (float)Beta2 + g * g * (float)(1 - Beta2);
            Vector.Store(Vector.Load(values + i) * keep - m * rate / (Vector.SquareRoot(v) + new Vector<float>(epsilon)), values + i);
            Vector.Store(m, means + i);
            Vector.Store(v, variances + i);
        }
        for (; i < count; i++)
        {
            var g = 0f;
            for (var r = 0; r < _gradients.Length; r++)
            {
                g += gradients[r][i];
                gradients[r][i] = 0;
            }
            means[i] = means[i] * (float)Beta1 + g * (float)(1 - Beta1);
            variances[i] = variances[i] * (float)Beta2 + g * g * (float)(1 - Beta2);
            values[i] = values[i] * keep - means[i] * rate / (MathF.Sqrt(variances[i]) + epsilon);
        }
    }

    private void StepOnDevice(long from, long count, double keep, double epsilon, double rate)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor Part(Tensor vector) => vector.narrow(0, from, count);
        var (gradient, mean, variance) = (Part(_gradients[0]), Part(_mean), Part(_variance)); // outside the CPU there is only one replica
        using Scalar beta1 = Beta1, rest1 = 1 - Beta1, beta2 = Beta2, rest2 = 1 - Beta2, kept = keep, least = epsilon, step = -rate;
        mean.mul_(beta1).add_(gradient, alpha: rest1);
        variance.mul_(beta2).addcmul_(gradient, gradient, rest2);
        Part(_values).mul_(kept).addcdiv_(mean, variance.sqrt().add_(least), step);
        gradient.zero_();
    }

    /// <summary>Returns the two running means for a checkpoint.</summary>
    internal StateTensor[] Save() => [StateTensor.From(Mean, _mean), StateTensor.From(Variance, _variance)];

    /// <summary>Restores the two running means from a checkpoint.</summary>
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
