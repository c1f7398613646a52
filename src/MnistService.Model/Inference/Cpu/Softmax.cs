using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>Softmax of the logits z with the temperature T: exp(z/T) / Σ exp(z/T). Subtracts the largest logit first to avoid overflow.</summary>
internal static unsafe class Softmax<TVector>
    where TVector : struct, IFloatVector<TVector>
{
    private const int Digits = 10, Stride = FusedNetwork.LogitStride;

    /// <summary>Computes the probabilities of one image.</summary>
    /// <param name="logits">[<see cref="FusedNetwork.LogitStride"/>]: ten logits and padding. The values are overwritten.</param>
    /// <param name="temperature">T, the divisor of the logits.</param>
    /// <param name="probabilities">[10]; receives the probabilities.</param>
    public static void Apply(float* logits, float temperature, Span<float> probabilities)
    {
        new Span<float>(logits + Digits, Stride - Digits).Fill(float.NegativeInfinity); // exp(−∞) = 0
        var largest = logits[0];
        for (var digit = 1; digit < Digits; digit++) largest = MathF.Max(largest, logits[digit]);
        var sum = 0f;
        for (var i = 0; i < Stride; i += TVector.Count)
        {
            var e = TVector.Exp((TVector.Load(logits + i) - TVector.Broadcast(largest)) / TVector.Broadcast(temperature));
            e.Store(logits + i);
            sum += TVector.Sum(e);
        }
        for (var digit = 0; digit < Digits; digit++) probabilities[digit] = logits[digit] / sum;
    }
}
