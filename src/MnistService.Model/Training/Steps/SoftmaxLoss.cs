using System.Numerics.Tensors;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// Computes the softmax cross-entropy with label smoothing, and the gradient of this loss. Each image has only ten logits, so libtorch's operations would spend
/// most of the time on call overhead.
/// </summary>
internal static class SoftmaxLoss
{
    private const int Classes = 10;

    /// <summary>Computes the loss, and its gradient with respect to the logits.</summary>
    /// <param name="logits">[N×10] logits.</param>
    /// <param name="labels">[N] true digits.</param>
    /// <param name="target">Label smoothing, and the batch size that divides the gradient.</param>
    /// <param name="gradient">[N×10]; receives the gradient of the batch's mean loss with respect to the logits.</param>
    /// <returns>Sums over the N images: the loss in nats and the number of correct predictions.</returns>
    internal static (double Loss, int Right) Compute(ReadOnlySpan<float> logits, ReadOnlySpan<long> labels, LossTarget target, Span<float> gradient)
    {
        var (loss, right) = (0.0, 0);
        var everywhere = target.Smoothing / Classes;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = logits.Slice(i * Classes, Classes);
            var slopes = gradient.Slice(i * Classes, Classes);
            var (label, best) = ((int)labels[i], TensorPrimitives.IndexOfMax(row));
            if (best == label) right++;
            double total = 0, distance = 0; // over the ten logits of the image; total: Σ exp(logit − largest), distance: Σ (largest − logit)
            foreach (var logit in row)
            {
                total += Math.Exp(logit - row[best]);
                distance += row[best] - logit;
            }
            loss += Math.Log(total) + (1 - target.Smoothing) * (row[best] - row[label]) + everywhere * distance;
            for (var digit = 0; digit < Classes; digit++)
            {
                var wanted = everywhere + (digit == label ? 1 - target.Smoothing : 0);
                slopes[digit] = (float)((Math.Exp(row[digit] - row[best]) / total - wanted) / target.BatchSize);
            }
        }
        return (loss, right);
    }
}
