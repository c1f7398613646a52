namespace MnistService.Model.Evaluation;

/// <summary>Comparison of the predictions of two models for the same images.</summary>
/// <param name="Images">Number of images.</param>
/// <param name="BothRight">Number of images that both models classify correctly.</param>
/// <param name="OnlyFirst">Number of images that only the first model classifies correctly.</param>
/// <param name="OnlySecond">Number of images that only the second model classifies correctly.</param>
/// <param name="BothWrong">Number of images that neither model classifies correctly.</param>
/// <param name="PValue">
/// P-value of McNemar's exact two-sided test, 0 to 1. If the two models are equally accurate, this is the probability that
/// <paramref name="OnlyFirst"/> and <paramref name="OnlySecond"/> differ at least as much as observed.
/// </param>
/// <param name="Differences">The images for which the models predict different digits, in image order.</param>
public sealed record ModelComparison(
    int Images, int BothRight, int OnlyFirst, int OnlySecond, int BothWrong, double PValue, IReadOnlyList<ModelComparison.Difference> Differences)
{
    /// <summary>An image for which two models predict different digits.</summary>
    /// <param name="Image">Zero-based index of the image.</param>
    /// <param name="Label">The true digit.</param>
    /// <param name="First">The digit that the first model predicts.</param>
    /// <param name="Second">The digit that the second model predicts.</param>
    public sealed record Difference(int Image, int Label, int First, int Second);

    /// <summary>Compares the predictions of two models for the same images, from the evaluations of the models.</summary>
    /// <returns>
    /// The comparison. <c>null</c> if the evaluations have different labels, and therefore different images, or if
    /// <see cref="EvaluationResult.Mistakes"/> of an evaluation is <c>null</c>.
    /// </returns>
    public static ModelComparison? Of(EvaluationResult first, EvaluationResult second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (Labels(first) is not { } labels || Labels(second) is not { } others || !labels.AsSpan().SequenceEqual(others)) return null;
        var (bothRight, onlyFirst, onlySecond, bothWrong) = (0, 0, 0, 0);
        var differences = new List<Difference>();
        for (var i = 0; i < labels.Length; i++)
        {
            var (a, b) = (first.Predictions[i], second.Predictions[i]);
            if (a == labels[i] && b == labels[i]) bothRight++;
            else if (a == labels[i]) onlyFirst++;
            else if (b == labels[i]) onlySecond++;
            else bothWrong++;
            if (a != b) differences.Add(new(i, labels[i] - '0', a - '0', b - '0'));
        }
        return new(labels.Length, bothRight, onlyFirst, onlySecond, bothWrong, McNemar(onlyFirst, onlySecond), differences);
    }

    /// <summary>
    /// McNemar's exact two-sided test of equal accuracy. Null hypothesis: if only one of the two models classifies an image correctly, both models are equally
    /// likely to be this model.
    /// </summary>
    /// <param name="onlyFirst">Number of images that only the first model classifies correctly.</param>
    /// <param name="onlySecond">Number of images that only the second model classifies correctly.</param>
    /// <returns>The p-value; 1 if both counts are 0.</returns>
    public static double McNemar(int onlyFirst, int onlySecond)
    {
        var tosses = onlyFirst + onlySecond;
        var fewer = Math.Min(onlyFirst, onlySecond);
        var logTerm = -tosses * Math.Log(2); // log of C(tosses, k) / 2^tosses, starting at k = 0
        var tail = 0.0;
        for (var k = 0; k <= fewer; k++)
        {
            tail += Math.Exp(logTerm);
            logTerm += Math.Log(tosses - k) - Math.Log(k + 1);
        }
        return Math.Min(1, 2 * tail);
    }

    /// <summary>
    /// Reconstructs the true digits, as characters, from the predicted digits and the misclassified images. Returns <c>null</c> if
    /// <see cref="EvaluationResult.Mistakes"/> is <c>null</c>.
    /// </summary>
    private static char[]? Labels(EvaluationResult evaluation)
    {
        if (evaluation.Mistakes is null) return null;
        var labels = evaluation.Predictions.ToCharArray();
        foreach (var (image, label) in evaluation.Mistakes) labels[image] = (char)('0' + label);
        return labels;
    }
}
