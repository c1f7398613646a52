namespace MnistService.Model.Evaluation;

/// <summary>
/// The accuracy loss of one model relative to another, measured on the same images. Only images that exactly one model classifies correctly
/// contribute to the estimate.
/// </summary>
/// <param name="Images">Number of images that both models were measured on; at least 1.</param>
/// <param name="OnlyFirst">Number of images that only the first model (the candidate) classifies correctly.</param>
/// <param name="OnlySecond">Number of images that only the second model classifies correctly.</param>
public readonly record struct PairedLoss(int Images, int OnlyFirst, int OnlySecond)
{
    /// <summary>The 95th percentile of the standard normal distribution.</summary>
    private const double Z95 = 1.6448536269514722;

    /// <summary>Number of bisection steps in the search for the bound. Each step gives one bit, and a double has 53 bits of precision.</summary>
    private const int Halvings = 60;

    /// <summary>The observed accuracy loss as a fraction of the images. Negative if the first model is better.</summary>
    public double Observed => (double)(OnlySecond - OnlyFirst) / Images;

    /// <summary>
    /// The upper end of a one-sided 95 % confidence interval of the accuracy loss, as a fraction.
    /// Source: T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design",
    /// Statistics in Medicine 17 (1998).
    /// </summary>
    /// <remarks>
    /// The score interval keeps its confidence level even if few or no images are classified correctly by exactly one model; the Wald interval does
    /// not. Without such images the bound is 2.71 / (<see cref="Images"/> + 2.71), not 0.
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

    /// <summary>The score statistic: the standardized difference of the observed and an assumed loss. It decreases as the assumed loss increases.</summary>
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
