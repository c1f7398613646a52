namespace MnistService.Model.Training.Steps;

/// <summary>Softmax and smoothed cross-entropy with its gradient: ten numbers a picture, for which libtorch's operations are mostly overhead.</summary>
internal static class SoftmaxLoss
{
    private const int Classes = 10;

    /// <param name="logits">[N×10]</param>
    /// <param name="labels">[N]</param>
    /// <param name="target">The loss.</param>
    /// <param name="gradient">[N×10], filled with the gradient of the batch's mean loss.</param>
    /// <returns>Summed over the pictures: loss and right answers.</returns>
    internal static (double Loss, int Right) Compute(ReadOnlySpan<float> logits, ReadOnlySpan<long> labels, LossTarget target, Span<float> gradient)
    {
        var (loss, right) = (0.0, 0);
        var everywhere = target.Smoothing / Classes;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = logits.Slice(i * Classes, Classes);
            var slopes = gradient.Slice(i * Classes, Classes);
            var (label, best) = ((int)labels[i], 0);
            for (var digit = 1; digit < Classes; digit++)
                if (row[digit] > row[best]) best = digit;
            if (best == label) right++;
            double total = 0, distance = 0; // of the logits below the largest
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
