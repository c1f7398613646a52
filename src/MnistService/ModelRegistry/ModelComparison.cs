using MnistService.Model.Evaluation;

namespace MnistService.ModelRegistry;

/// <summary>Two models side by side on the test images.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
/// <param name="Images">Test images that both were measured on.</param>
/// <param name="BothRight">Images that both read right.</param>
/// <param name="OnlyARight">Images that only the first read right.</param>
/// <param name="OnlyBRight">Images that only the second read right.</param>
/// <param name="BothWrong">Images that neither read right.</param>
/// <param name="PValue">
/// McNemar's exact test, two-sided: how probable it is, were both models equally good, that the images that only one reads right fall at least
/// as unevenly.
/// </param>
/// <param name="Conclusion">The same in a sentence.</param>
/// <param name="Differences">The images that they read differently, in order.</param>
internal sealed record ModelComparison(
    ModelComparison.Side A, ModelComparison.Side B, int Images, int BothRight, int OnlyARight, int OnlyBRight, int BothWrong,
    double PValue, string Conclusion, IReadOnlyList<ModelComparison.Difference> Differences)
{
    /// <summary>The probability below which a difference is called real.</summary>
    private const double Significance = 0.05;

    /// <summary>One of the two.</summary>
    /// <param name="Id">The model.</param>
    /// <param name="Accuracy">Fraction of the test images read right.</param>
    /// <param name="Loss">Mean negative log-likelihood, in nats.</param>
    internal sealed record Side(string Id, double Accuracy, double Loss);

    /// <summary>An image that two models read differently.</summary>
    /// <param name="Image">Its place among the test images, from 0.</param>
    /// <param name="Label">The digit that it is.</param>
    /// <param name="A">The first model's answer.</param>
    /// <param name="B">The second model's answer.</param>
    internal sealed record Difference(int Image, int Label, int A, int B);

    /// <returns>Null when they were not measured on the same images.</returns>
    internal static ModelComparison? Of(string a, EvaluationResult first, string b, EvaluationResult second)
    {
        if (Comparison.Of(first, second) is not { } compared) return null;
        return new(
            new(a, first.Accuracy, first.Loss), new(b, second.Accuracy, second.Loss),
            compared.Images, compared.BothRight, compared.OnlyFirst, compared.OnlySecond, compared.BothWrong, compared.PValue, Conclude(a, b, compared),
            [.. compared.Differences.Select(d => new Difference(d.Image, d.Label, d.First, d.Second))]);
    }

    private static string Conclude(string a, string b, Comparison compared)
    {
        if (compared.PValue >= Significance) return "The difference may be chance.";
        return $"{(compared.OnlyFirst > compared.OnlySecond ? a : b)} is better, beyond what chance explains.";
    }
}
