using MnistService.Model.Evaluation;

namespace MnistService.ModelRegistry;

/// <summary>Comparison of two models on MNIST's test images.</summary>
/// <param name="A">Id and test results of the first model.</param>
/// <param name="B">Id and test results of the second model.</param>
/// <param name="Images">Number of test images.</param>
/// <param name="BothRight">Number of images that both models classify correctly.</param>
/// <param name="OnlyARight">Number of images that only the first model classifies correctly.</param>
/// <param name="OnlyBRight">Number of images that only the second model classifies correctly.</param>
/// <param name="BothWrong">Number of images that both models misclassify.</param>
/// <param name="PValue">
/// Two-sided p-value of McNemar's exact test. It is the probability that <paramref name="OnlyARight"/> and <paramref name="OnlyBRight"/> differ by at least as
/// much as here if both models are equally good.
/// </param>
/// <param name="Conclusion">One sentence: which model is significantly better, or that the difference is not significant.</param>
/// <param name="Differences">Images that the models classify differently, in the order of the test images.</param>
internal sealed record ModelComparisonResponse(
    ModelComparisonResponse.Side A, ModelComparisonResponse.Side B, int Images, int BothRight, int OnlyARight, int OnlyBRight, int BothWrong,
    double PValue, string Conclusion, IReadOnlyList<ModelComparisonResponse.Difference> Differences)
{
    /// <summary>Significance level: one model is reported as significantly better if the p-value is smaller than this value.</summary>
    private const double Significance = 0.05;

    /// <summary>Id and test results of one of the two models.</summary>
    /// <param name="Id">Model id.</param>
    /// <param name="Accuracy">Fraction of the test images that are classified correctly.</param>
    /// <param name="Loss">Mean negative log-likelihood, in nats.</param>
    internal sealed record Side(string Id, double Accuracy, double Loss);

    /// <summary>An image that the two models classify differently.</summary>
    /// <param name="Image">Index of the image in MNIST's test images, from 0.</param>
    /// <param name="Label">True digit.</param>
    /// <param name="A">Digit that the first model predicts.</param>
    /// <param name="B">Digit that the second model predicts.</param>
    internal sealed record Difference(int Image, int Label, int A, int B);

    /// <returns>
    /// The comparison. <c>null</c> if the models were not evaluated on the same images, or if an older version of the service stored one of the evaluations
    /// without the misclassified images.
    /// </returns>
    internal static ModelComparisonResponse? Of(string a, EvaluationResult first, string b, EvaluationResult second)
    {
        if (ModelComparison.Of(first, second) is not { } compared) return null;
        return new(
            new(a, first.Accuracy, first.Loss), new(b, second.Accuracy, second.Loss),
            compared.Images, compared.BothRight, compared.OnlyFirst, compared.OnlySecond, compared.BothWrong, compared.PValue, Conclude(a, b, compared),
            [.. compared.Differences.Select(d => new Difference(d.Image, d.Label, d.First, d.Second))]);
    }

    private static string Conclude(string a, string b, ModelComparison compared)
    {
        if (compared.PValue >= Significance) return "The difference is not statistically significant.";
        return $"{(compared.OnlyFirst > compared.OnlySecond ? a : b)} is significantly better.";
    }
}
