using System.Numerics;
using System.Runtime.CompilerServices;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>AdamW (Loshchilov &amp; Hutter, arXiv 1711.05101) on one flat vector of parameters, a part of it at a time.</summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private const string Mean = "optimizer.mean", Variance = "optimizer.variance";

    private readonly Tensor _values;      // [P]
    private readonly Tensor[] _gradients; // [P] of each replica, to be added up
    private readonly double _weightDecay;
    private readonly Tensor _mean;               // [P] running mean of the gradient
    private readonly Tensor _variance;           // [P] running mean of its square

    /// <param name="replicas">Share their values.</param>
    /// <param name="weightDecay">Decoupled.</param>
    internal AdamW(IReadOnlyList<FlatParameters> replicas, double weightDecay)
    {
        (_values, _gradients, _weightDecay) = (replicas[0].Values, [.. replicas.Select(r => r.Gradients)], weightDecay);
        (_mean, _variance) = (zeros_like(_values), zeros_like(_values));
    }

    /// <summary>Moves a part of the values by their gradients, which are zero then.</summary>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="from">First of the parameters to move.</param>
    /// <param name="count">How many.</param>
    internal void Step(int step, double learningRate, long from, long count)
    {
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        var (keep, epsilon, rate) = (1 - learningRate * _weightDecay, Epsilon * correction, learningRate * correction / (1 - Math.Pow(Beta1, step)));
        if (_values.device_type == TorchSharp.DeviceType.CPU) StepHere((int)from, (int)count, (float)keep, (float)epsilon, (float)rate);
        else StepOnDevice(from, count, keep, epsilon, rate);
    }

    /// <summary>One pass over the memory; libtorch's operations would take a dozen.</summary>
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
        var (gradient, mean, variance) = (Part(_gradients[0]), Part(_mean), Part(_variance)); // a device has one replica
        using Scalar beta1 = Beta1, rest1 = 1 - Beta1, beta2 = Beta2, rest2 = 1 - Beta2, kept = keep, least = epsilon, step = -rate;
        mean.mul_(beta1).add_(gradient, alpha: rest1);
        variance.mul_(beta2).addcmul_(gradient, gradient, rest2);
        Part(_values).mul_(kept).addcdiv_(mean, variance.sqrt().add_(least), step);
        gradient.zero_();
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
