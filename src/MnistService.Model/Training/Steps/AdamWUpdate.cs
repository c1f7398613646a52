using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MnistService.Model.Simd;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// The coefficients of one step of AdamW (Loshchilov &amp; Hutter, arXiv 1711.05101), and the step itself on the CPU, in one pass over memory.
/// </summary>
/// <param name="Keep">Factor by which weight decay multiplies each parameter: 1 − learning rate · weight decay.</param>
/// <param name="Epsilon">
/// Number that is added to √v before the division, where v is the running mean of the squared gradient. In step n: 10⁻⁸ · √(1 − β₂ⁿ).
/// </param>
/// <param name="Rate">Learning rate with the bias correction of the running means. In step n: learning rate · √(1 − β₂ⁿ) / (1 − β₁ⁿ).</param>
internal readonly record struct AdamWUpdate(double Keep, double Epsilon, double Rate)
{
    public const double Beta1 = 0.9, Beta2 = 0.999;

    private const double PlainEpsilon = 1e-8;

    /// <summary>Computes the coefficients of one AdamW step.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="weightDecay">Decoupled weight decay: each step multiplies each parameter by 1 − learning rate × weight decay.</param>
    public static AdamWUpdate Of(int step, double learningRate, double weightDecay)
    {
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        return new(1 - learningRate * weightDecay, PlainEpsilon * correction, learningRate * correction / (1 - Math.Pow(Beta1, step)));
    }

    /// <summary>Updates parameters and running means, and sets the gradients to zero.</summary>
    /// <param name="values">[count] parameter values.</param>
    /// <param name="means">[count] running mean of the gradient.</param>
    /// <param name="variances">[count] running mean of the squared gradient.</param>
    /// <param name="gradients">[replicas] pointers, each to the [count] gradients of one replica. The update uses the sum over the replicas.</param>
    public unsafe void Apply(float* values, float* means, float* variances, ReadOnlySpan<nint> gradients, int count)
    {
        if (Vector512.IsHardwareAccelerated) Apply<FloatVector512>(values, means, variances, gradients, count);
        else if (Vector256.IsHardwareAccelerated) Apply<FloatVector256>(values, means, variances, gradients, count);
        else Apply<FloatVector128>(values, means, variances, gradients, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Apply<TVector>(float* values, float* means, float* variances, ReadOnlySpan<nint> gradients, int count)
        where TVector : struct, IFloatVector<TVector>
    {
        var (keep, epsilon, rate) = ((float)Keep, (float)Epsilon, (float)Rate);
        var (beta1, rest1) = (TVector.Broadcast((float)Beta1), TVector.Broadcast((float)(1 - Beta1)));
        var (beta2, rest2) = (TVector.Broadcast((float)Beta2), TVector.Broadcast((float)(1 - Beta2)));
        var (keeps, epsilons, rates) = (TVector.Broadcast(keep), TVector.Broadcast(epsilon), TVector.Broadcast(rate));
        var i = 0;
        for (; i <= count - TVector.Count; i += TVector.Count)
        {
            var g = default(TVector);
            foreach (var gradient in gradients)
            {
                g += TVector.Load((float*)gradient + i);
                default(TVector).Store((float*)gradient + i);
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
            foreach (var gradient in gradients)
            {
                g += ((float*)gradient)[i];
                ((float*)gradient)[i] = 0;
            }
            means[i] = means[i] * (float)Beta1 + g * (float)(1 - Beta1);
            variances[i] = variances[i] * (float)Beta2 + g * g * (float)(1 - Beta2);
            values[i] = values[i] * keep - means[i] * rate / (MathF.Sqrt(variances[i]) + epsilon);
        }
    }
}
