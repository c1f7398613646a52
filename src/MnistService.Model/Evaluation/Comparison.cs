namespace MnistService.Model.Evaluation;

/// <summary>Two models' answers to the same pictures, side by side.</summary>
/// <param name="Images">Pictures that both were asked for.</param>
/// <param name="BothRight">Pictures that both read right.</param>
/// <param name="OnlyFirst">Pictures that only the first read right.</param>
/// <param name="OnlySecond">Pictures that only the second read right.</param>
/// <param name="BothWrong">Pictures that neither read right.</param>
/// <param name="PValue">
/// McNemar's exact test, two-sided: how probable it is, were both as good, that the pictures that only one read right fall at least as unevenly.
/// </param>
/// <param name="Differences">The pictures that they read differently, in order.</param>
public sealed record Comparison(
    int Images, int BothRight, int OnlyFirst, int OnlySecond, int BothWrong, double PValue, IReadOnlyList<Comparison.Difference> Differences)
{
    /// <summary>A picture that two models read differently.</summary>
    /// <param name="Image">Its place among the pictures, from 0.</param>
    /// <param name="Label">The digit that it is.</param>
    /// <param name="First">The first model's answer.</param>
    /// <param name="Second">The second model's answer.</param>
    public sealed record Difference(int Image, int Label, int First, int Second);

    /// <returns>Null when the two were not measured on the same pictures, or by a version that did not write down the mistakes.</returns>
    public static Comparison? Of(EvaluationResult first, EvaluationResult second)
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

    /// <summary>The exact test: of the pictures that one alone read right, each is a toss of a fair coin.</summary>
    /// <returns>P of a split at least as uneven; 1 without any.</returns>
    public static double McNemar(int onlyFirst, int onlySecond)
    {
        var tosses = onlyFirst + onlySecond;
        var fewer = Math.Min(onlyFirst, onlySecond);
        var logTerm = -tosses * Math.Log(2); // log of C(tosses, k) / 2^tosses, beginning at k = 0
        var tail = 0.0;
        for (var k = 0; k <= fewer; k++)
        {
            tail += Math.Exp(logTerm);
            logTerm += Math.Log(tosses - k) - Math.Log(k + 1);
        }
        return Math.Min(1, 2 * tail);
    }

    /// <summary>The digits as characters: what was answered where it was right, what it should have been where not.</summary>
    private static char[]? Labels(EvaluationResult evaluation)
    {
        if (evaluation.Mistakes is null) return null;
        var labels = evaluation.Predictions.ToCharArray();
        foreach (var (image, label) in evaluation.Mistakes) labels[image] = (char)('0' + label);
        return labels;
    }
}
