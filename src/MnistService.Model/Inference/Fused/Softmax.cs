namespace MnistService.Model.Inference.Fused;

/// <summary>Logits to probabilities: exp(z/T) / Σ exp(z/T), with the largest subtracted first so that nothing overflows.</summary>
internal static class Softmax
{
    /// <param name="logits">[10].</param>
    /// <param name="temperature">T: what the logits are divided by.</param>
    /// <param name="probabilities">[10], written.</param>
    public static void Apply(ReadOnlySpan<float> logits, float temperature, Span<float> probabilities)
    {
        var largest = logits[0];
        foreach (var logit in logits) largest = MathF.Max(largest, logit);
        var sum = 0f;
        for (var digit = 0; digit < probabilities.Length; digit++) sum += probabilities[digit] = MathF.Exp((logits[digit] - largest) / temperature);
        foreach (ref var probability in probabilities) probability /= sum;
    }
}
