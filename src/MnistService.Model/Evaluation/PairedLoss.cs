namespace MnistService.Model.Evaluation;

/// <summary>
/// Accuracy loss of a candidate (the first model) compared with another model (the second model), measured on the same images: the accuracy of the second model
/// minus the accuracy of the first model. Images that both models or neither model classify correctly do not affect the difference.
/// </summary>
/// <param name="Images">Number of images that both models were measured on; at least 1.</param>
/// <param name="OnlyFirst">Number of images that only the first model classifies correctly.</param>
/// <param name="OnlySecond">Number of images that only the second model classifies correctly.</param>
public readonly record struct PairedLoss(int Images, int OnlyFirst, int OnlySecond)
{
    /// <summary>The 95th percentile of the standard normal distribution.</summary>
    private const double Z95 = 1.6448536269514722;

    /// <summary>Number of bisection steps in <see cref="UpperBound95"/>. Each step gives one bit, and a double has 53 bits of precision.</summary>
    private const int Halvings = 60;

    /// <summary>The observed accuracy loss as a fraction of the images. Negative if the first model is better.</summary>
    public double Observed => (double)(OnlySecond - OnlyFirst) / Images;

    /// <summary>
    /// The upper end of a one-sided 95 % confidence interval of the accuracy loss, as a fraction.
    /// Source: T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design",
    /// Statistics in Medicine 17 (1998).
    /// </summary>
    /// <remarks>
    /// Unlike the Wald interval, this score interval keeps its confidence level if <see cref="OnlyFirst"/> and <see cref="OnlySecond"/> are small. If the
    /// two counts are 0, the bound is z² / (<see cref="Images"/> + z²) with z = 1.645, not 0.
    /// </remarks>
    public double UpperBound95()
    {
        var (low, high) = (Observed, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            if (Score(middle) > -Z95) low = middle;
            else high = middle;
        }
        return high;
    }

    /// <summary>Returns the score statistic: the observed loss minus an assumed <paramref name="loss"/>, divided by the standard error.</summary>
    private double Score(double loss)
    {
        double n = Images, better = OnlyFirst, worse = OnlySecond;
        // Maximum-likelihood estimate of P(only the first model is correct), given the assumed loss: the larger root of a quadratic equation.
        var a = 2 * n;
        var b = -better - worse + (2 * n - worse + better) * loss;
        var c = -better * loss * (1 - loss);
        var onlyFirst = (Math.Sqrt(Math.Max(0, b * b - 4 * a * c)) - b) / (2 * a);
        var variance = n * (2 * onlyFirst + loss * (1 - loss));
        var distance = worse - better - n * loss;
        return variance <= 0 ? Math.Sign(distance) * double.MaxValue : distance / Math.Sqrt(variance);
    }
}
