using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Handwriting;
using MnistService.Model.Inference.Cpu;

namespace MnistService.Model.Scoring;

/// <summary>A trained and calibrated digit score, with its results on the calibration images. The score was not trained on these images.</summary>
/// <param name="Digits">
/// Number of digits in the results: the images of all held-out sets with at least 500 images, or the drawn digits if there is no such set.
/// </param>
/// <param name="Accepted">
/// Fraction of the digits in the results that are accepted: their digit probability is at least 0.5. The calibration ensures at least 0.993 for each set of
/// held-out images, and at least 0.985 for the drawn digits.
/// </param>
/// <param name="NonDigits">Number of drawn non-digits in the results.</param>
/// <param name="Rejected">Fraction of the non-digits in the results that are rejected: their digit probability is below 0.5.</param>
internal sealed record DigitScoreFit(DigitScore Score, int Digits, double Accepted, int NonDigits, double Rejected)
{
    /// <summary>
    /// Minimum number of drawn digits, and also of drawn non-digits, for the calibration. Between this minimum and <see cref="MostDrawn"/>, each of the two
    /// numbers is half the number of training steps.
    /// </summary>
    private const int LeastDrawn = 1_000;

    /// <summary>Maximum number of drawn digits, and also of drawn non-digits, for the calibration. More images would take too much time to draw.</summary>
    private const int MostDrawn = 3_000;

    /// <summary>Maximum fraction of the images of each held-out set that the calibrated score may reject.</summary>
    private const double LostImages = 0.007;

    /// <summary>Maximum fraction of the drawn digits that the calibrated score may reject.</summary>
    private const double LostDrawings = 0.015;

    /// <summary>
    /// Minimum number of images of a held-out set. Smaller sets are ignored, because the <see cref="LostImages"/> quantile of so few logits is not reliable.
    /// </summary>
    private const int FewestHeldOut = 500;

    private const int Seed = 2; // differs from the trainer's seed, so that the calibration draws other images

    /// <summary>
    /// Trains and calibrates a digit score. The calibration fits a logistic function of the logit to digits and non-digits that the score was not trained on.
    /// It then shifts the function, so that at least 99.3 % of each set of held-out images and at least 98.5 % of the drawn digits have a probability of at
    /// least 0.5.
    /// </summary>
    /// <param name="network">The trained network, whose features are the input of the score.</param>
    /// <param name="heldOut">
    /// Sets of digits that neither the network nor the score is trained on. Sets with fewer than 500 images are ignored. Without a larger set, the score is
    /// calibrated only on drawn digits.
    /// </param>
    /// <param name="cancellation">Checked between training steps.</param>
    /// <returns>The calibrated score; <c>null</c> if the training diverged, for example because the features of an imported network are too large.</returns>
    public static DigitScoreFit? Run(NetworkKind kind, FusedNetwork network, DigitScoreTraining training, IReadOnlyList<LabeledImages> heldOut, CancellationToken cancellation)
    {
        var score = new DigitScoreTrainer(network, training.Digits).Train(training.Steps, cancellation);
        var (random, count) = (new Random(Seed), Math.Clamp(training.Steps / 2, LeastDrawn, MostDrawn));
        var drawn = score.Logits(Draw(DrawnFrames.Digit));
        var others = score.Logits(Draw(DrawnFrames.NonDigit));
        var sets = heldOut.Where(set => set.Count >= FewestHeldOut).Select(set => score.Logits(set.Pixels)).ToList();
        float[] images = [.. sets.SelectMany(logits => logits)];
        if (!drawn.Concat(others).Concat(images).All(float.IsFinite)) return null;
        var center = Quantile(drawn, LostDrawings);
        foreach (var logits in sets) center = Math.Min(center, Quantile(logits, LostImages));
        float[] digits = images.Length > 0 ? images : drawn;
        return new(new(kind, score.Export(FitSlope([.. drawn, .. images], others), center)),
            digits.Length, (double)digits.Count(logit => logit >= center) / digits.Length, others.Length, (double)others.Count(logit => logit < center) / others.Length);

        byte[] Draw(Func<Random, byte[]> draw) => [.. Enumerable.Range(0, count).SelectMany(_ => draw(random))];
    }

    private static float Quantile(float[] values, double fraction) => values.Order().ElementAt((int)(fraction * values.Length));

    /// <summary>Fits a logistic function of the logit to digits and non-digits by Newton's method. Digits and non-digits have the same total weight.</summary>
    /// <param name="digits">Logits of the digits.</param>
    /// <param name="others">Logits of the non-digits.</param>
    /// <returns>The slope of the function, limited to the range 0.1 to 3.</returns>
    private static float FitSlope(float[] digits, float[] others)
    {
        var (slope, shift) = (1.0, 0.0);
        for (var i = 0; i < 30; i++)
        {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
            foreach (var (values, target) in new[] { (digits, 1.0), (others, 0.0) })
            {
                foreach (var x in values)
                {
                    var p = 1 / (1 + Math.Exp(-slope * x - shift));
                    var (weight, error) = (p * (1 - p) / values.Length, (p - target) / values.Length);
                    (g0, g1, h00, h01, h11) = (g0 + error * x, g1 + error, h00 + weight * x * x, h01 + weight * x, h11 + weight);
                }
            }
            var determinant = h00 * h11 - h01 * h01;
            slope -= (h11 * g0 - h01 * g1) / determinant;
            shift -= (h00 * g1 - h01 * g0) / determinant;
            slope = Math.Clamp(slope, 0.1, 3);
        }
        return (float)slope;
    }
}
