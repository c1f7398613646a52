using System.Runtime.Intrinsics;

namespace MnistService.Model.Inference.Cpu;

/// <summary>Logits to probabilities: exp(z/T) / Σ exp(z/T), with the largest subtracted first so that nothing overflows.</summary>
internal static unsafe class Softmax
{
    private const int Digits = 10;

    private static readonly Vector512<float> None = Vector512.Create(float.NegativeInfinity); // whose exp is 0

    /// <param name="logits">[16]: ten, and <see cref="FusedNetwork.LogitStride"/> in all.</param>
    /// <param name="temperature">T: what the logits are divided by.</param>
    /// <param name="probabilities">[10], written.</param>
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
