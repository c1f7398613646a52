namespace MnistService.Model.Evaluation;

/// <summary>
/// Temperature scaling (Guo et al., arXiv 1706.04599): one number that a network's logits are divided by, so that of the answers given with a
/// confidence of 0.9 nine in ten are right. It changes no answer.
/// </summary>
public static class Temperature
{
    private const double Coldest = 0.05, Hottest = 20;
    private const float Least = 1e-37f; // what underflowed to zero still has a logarithm

    /// <summary>
    /// The temperature with the least negative log-likelihood, as if one more picture had been read wrong: pictures without any mistake would
    /// otherwise call for certainty, and say no more than that mistakes are rarer than they are many.
    /// </summary>
    /// <param name="answers">Of a network at temperature 1, to pictures that it was not trained on.</param>
    /// <returns>Within 0.05–20; 1 for answers that are not numbers.</returns>
    public static double Fit(Answers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var (logits, labels) = WithOneMistake(answers);
        // The loss is convex in 1/T: thirds of the interval are cut off until it is one number.
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

    /// <summary>The logits of the answers, and once more those of an answer of middling confidence, to a picture of the next best digit.</summary>
    private static (double[] Logits, byte[] Labels) WithOneMistake(Answers answers)
    {
        var middling = Enumerable.Range(0, answers.Count).OrderBy(i => answers.Of(i)[answers.Digit(i)]).ElementAt(answers.Count / 2);
        var row = answers.Of(middling).ToArray();
        var nextBest = Enumerable.Range(0, row.Length).OrderByDescending(digit => row[digit]).ElementAt(1);
        return ([.. answers.Probabilities.Concat(row).Select(p => Math.Log(Math.Max(p, Least)))], [.. answers.Labels, (byte)nextBest]);
    }

    /// <summary>Summed negative log-likelihood of logits × <paramref name="factor"/>.</summary>
    private static double Loss(double[] logits, byte[] labels, double factor)
    {
        var loss = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = logits.AsSpan(i * 10, 10);
            var (most, sum) = (double.NegativeInfinity, 0.0);
            foreach (var logit in row) most = Math.Max(most, logit);
            foreach (var logit in row) sum += Math.Exp((logit - most) * factor);
            loss += Math.Log(sum) - (row[labels[i]] - most) * factor;
        }
        return loss;
    }
}
