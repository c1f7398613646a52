using System.Numerics.Tensors;

namespace MnistService.Model.Evaluation;

/// <summary>
/// Temperature scaling (Guo et al., arXiv 1706.04599) divides the logits of a network by one number, the temperature. This calibrates the confidence: ideally,
/// 90 % of the predictions with a confidence of 0.9 are correct. The predicted digits do not change.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>Lower bound of the range in which <see cref="Fit"/> searches for the best temperature.</summary>
    private const double Coldest = 0.05;

    /// <summary>Upper bound of the range in which <see cref="Fit"/> searches for the best temperature.</summary>
    private const double Hottest = 20;

    private const float Least = 1e-37f; // replaces probabilities that underflowed to zero, so that their logarithm is finite

    /// <summary>
    /// Finds the temperature with the smallest negative log-likelihood of the true digits. Adds one pseudo-error (Laplace smoothing), because for images
    /// without any error the fit would return the lower bound of the temperature.
    /// </summary>
    /// <param name="predictions">Predictions of a network at temperature 1 for images that it was not trained on; at least one image.</param>
    /// <returns>A temperature in the range 0.05–20; 1 if the probabilities are not finite.</returns>
    public static double Fit(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var (logits, labels) = WithOneMistake(predictions);
        // The loss is convex in 1/T, so a ternary search finds its minimum.
        var (low, high) = (1 / Hottest, 1 / Coldest);
        while (high / low > 1.0001)
        {
            var (left, right) = (low + (high - low) / 3, high - (high - low) / 3);
            if (Loss(logits, labels, left) < Loss(logits, labels, right)) high = right;
            else low = left;
        }
        var temperature = 2 / (low + high);
        return double.IsFinite(Loss(logits, labels, 1)) ? temperature : 1;
    }

    /// <summary>
    /// Returns logits and labels plus one pseudo-error: the logits of the prediction with median confidence, labeled with its second most probable digit.
    /// </summary>
    private static (double[] Logits, byte[] Labels) WithOneMistake(Predictions predictions)
    {
        var middling = Enumerable.Range(0, predictions.Count).OrderBy(i => predictions.Of(i)[predictions.Digit(i)]).ElementAt(predictions.Count / 2);
        var row = predictions.Of(middling).ToArray();
        var nextBest = Enumerable.Range(0, row.Length).OrderByDescending(digit => row[digit]).ElementAt(1);
        return ([.. predictions.Probabilities.Concat(row).Select(p => Math.Log(Math.Max(p, Least)))], [.. predictions.Labels, (byte)nextBest]);
    }

    /// <summary>Returns the total negative log-likelihood in nats, with the logits multiplied by <paramref name="factor"/> (the inverse temperature).</summary>
    private static double Loss(double[] logits, byte[] labels, double factor)
    {
        var loss = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = logits.AsSpan(i * 10, 10);
            var (most, sum) = (TensorPrimitives.Max<double>(row), 0.0);
            foreach (var logit in row) sum += Math.Exp((logit - most) * factor);
            loss += Math.Log(sum) - (row[labels[i]] - most) * factor;
        }
        return loss;
    }
}
