using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Handwriting;
using MnistService.Model.Inference.Cpu;

namespace MnistService.Model.Scoring;

/// <summary>A trained and calibrated digit score with its results on the images of the calibration, on which it was not trained.</summary>
/// <param name="Score">The score.</param>
/// <param name="Digits">Number of digits on which it was measured.</param>
/// <param name="Accepted">
/// Fraction of these digits whose digit probability is at least 0.5. The calibration sets it to at least 0.993 for each set of images, and to 0.985 for drawn digits.
/// </param>
/// <param name="NonDigits">Number of non-digits on which it was measured.</param>
/// <param name="Rejected">Fraction of these non-digits whose digit probability is below 0.5.</param>
internal sealed record DigitScoreFit(DigitScore Score, int Digits, double Accepted, int NonDigits, double Rejected)
{
    /// <summary>Number of drawn digits and non-digits for the calibration: half of the steps of the training, in these bounds. Drawing takes time as well.</summary>
    private const int LeastDrawn = 1_000, MostDrawn = 3_000;

    /// <summary>Fraction of the held-out images, and of the drawn digits, that may be rejected.</summary>
    private const double LostImages = 0.007, LostDrawings = 0.015;

    /// <summary>Fewest held-out images of a set whose quantile is reliable.</summary>
    private const int FewestHeldOut = 500;

    private const int Seed = 2; // other drawings than the trainer's

    /// <summary>
    /// Trains and calibrates a score. A logistic function of the logit is fitted to held-out digits and non-digits. It is then moved so that it is 0.5 at the
    /// logit that 99.3 % of each set of held-out images and 98.5 % of the drawn digits reach.
    /// </summary>
    /// <param name="network">The trained network, whose features the score uses.</param>
    /// <param name="heldOut">Sets of images that it was not trained on. Drawn digits replace them if there is no large one.</param>
    /// <param name="cancellation">Checked between steps.</param>
    /// <returns>The score; <c>null</c> if its training diverged, for example because the features of an imported network are too large.</returns>
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

    /// <summary>Fits the slope of a logistic function by Newton's method. Digits and non-digits have the same total weight.</summary>
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
