namespace MnistService.Model.Evaluation;

/// <summary>
/// The loss in accuracy of one model against another, measured on the same images. Only the images that exactly one of the two reads right say anything about it.
/// </summary>
/// <param name="Images">Images that both models were measured on; at least 1.</param>
/// <param name="OnlyFirst">Images that only the first model (the candidate) reads right.</param>
/// <param name="OnlySecond">Images that only the second model reads right.</param>
public readonly record struct PairedLoss(int Images, int OnlyFirst, int OnlySecond)
{
    /// <summary>The 95th percentile of the standard normal distribution.</summary>
    private const double Z95 = 1.6448536269514722;

    /// <summary>Halvings of the interval in which the bound is searched: more than a double has bits.</summary>
    private const int Halvings = 60;

    /// <summary>The observed loss, as a fraction of the images; negative when the first model is better.</summary>
    public double Observed => (double)(OnlySecond - OnlyFirst) / Images;

    /// <summary>
    /// The upper end of a one-sided 95 % confidence interval of the loss, as a fraction.
    /// Source: T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17 (1998).
    /// </summary>
    /// <remarks>
    /// The score interval holds its level where the Wald interval does not: with few or no images that the models read differently. Without any
    /// such image the bound is 2.71 / <see cref="Images"/>, not 0.
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

    /// <summary>The standardized distance between the observed loss and an assumed one; it falls as the assumed loss grows.</summary>
    private double Score(double loss)
    {
        double n = Images, better = OnlyFirst, worse = OnlySecond;
        // The maximum-likelihood estimate of P(only the first is right), given the assumed loss: the larger root of a quadratic.
        var a = 2 * n;
        var b = -better - worse + (2 * n - worse + better) * loss;
        var c = -better * loss * (1 - loss);
        var onlyFirst = (Math.Sqrt(Math.Max(0, b * b - 4 * a * c)) - b) / (2 * a);
        var variance = n * (2 * onlyFirst + loss * (1 - loss));
        var distance = worse - better - n * loss;
        return variance <= 0 ? Math.Sign(distance) * double.MaxValue : distance / Math.Sqrt(variance);
    }
}
