using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MnistService.Model.Simd;
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
    /// <param name="weightDecay">Decoupled weight decay. Each step reduces each value by this fraction times the learning rate.</param>
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
        if (_values.device_type != TorchSharp.DeviceType.CPU) StepOnDevice(from, count, keep, epsilon, rate);
        else if (Vector512.IsHardwareAccelerated) StepHere<FloatVector512>((int)from, (int)count, (float)keep, (float)epsilon, (float)rate);
        else if (Vector256.IsHardwareAccelerated) StepHere<FloatVector256>((int)from, (int)count, (float)keep, (float)epsilon, (float)rate);
        else StepHere<FloatVector128>((int)from, (int)count, (float)keep, (float)epsilon, (float)rate);
    }

    /// <summary>Updates parameters on the CPU in one pass over memory. <see cref="StepOnDevice"/> needs nine libtorch operations for the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void StepHere<TVector>(int from, int count, float keep, float epsilon, float rate)
        where TVector : struct, IFloatVector<TVector>
    {
        float* values = Floats.Of(_values) + from, means = Floats.Of(_mean) + from, variances = Floats.Of(_variance) + from;
        var gradients = stackalloc float*[_gradients.Length];
        for (var r = 0; r < _gradients.Length; r++) gradients[r] = Floats.Of(_gradients[r]) + from;
        var (beta1, rest1) = (TVector.Broadcast((float)Beta1), TVector.Broadcast((float)(1 - Beta1)));
        var (beta2, rest2) = (TVector.Broadcast((float)Beta2), TVector.Broadcast((float)(1 - Beta2)));
        var (keeps, epsilons, rates) = (TVector.Broadcast(keep), TVector.Broadcast(epsilon), TVector.Broadcast(rate));
        var i = 0;
        for (; i <= count - TVector.Count; i += TVector.Count)
        {
            var g = default(TVector);
            for (var r = 0; r < _gradients.Length; r++)
            {
                g += TVector.Load(gradients[r] + i);
                default(TVector).Store(gradients[r] + i);
            }
            var m = TVector.Load(means + i) * beta1 + g * rest1;
            var v = TVector.Load(variances + i) * beta2 + g * g * rest2;
            (TVector.Load(values + i) * keeps - m * rates / (TVector.Sqrt(v) + epsilons)).Store(values + i);
            m.Store(means + i);
            v.Store(variances + i);
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
