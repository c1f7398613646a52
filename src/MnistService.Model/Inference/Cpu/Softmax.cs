using System.Runtime.Intrinsics;

namespace MnistService.Model.Inference.Cpu;

/// <summary>Softmax with temperature: exp(z/T) / Σ exp(z/T). Subtracts the largest logit first to avoid overflow.</summary>
internal static unsafe class Softmax
{
    private const int Digits = 10;

    private static readonly Vector512<float> None = Vector512.Create(float.NegativeInfinity); // exp(−∞) = 0

    /// <param name="logits">[<see cref="FusedNetwork.LogitStride"/>]: ten logits and padding, which is ignored.</param>
    /// <param name="temperature">T, the divisor of the logits.</param>
    /// <param name="probabilities">[10]; receives the probabilities.</param>
    public static void Apply(float* logits, float temperature, Span<float> probabilities)
    {
        var ten = Vector512.LessThan(Vector512.CreateSequence(0f, 1f), Vector512.Create((float)Digits));
        var z = Vector512.ConditionalSelect(ten, Vector512.Load(logits), None);
        var largest = logits[0];
        for (var digit = 1; digit < Digits; digit++) largest = MathF.Max(largest, logits[digit]);
        var e = Vector512.Exp((z - Vector512.Create(largest)) / temperature);
        e /= Vector512.Sum(e);
        for (var digit = 0; digit < Digits; digit++) probabilities[digit] = e[digit];
    }
}
