using MnistService.Model.Evaluation;

namespace MnistService.Model.Tests.Evaluation;

/// <summary>Tests of the comparison of two models on the same images.</summary>
public sealed class ModelComparisonTests
{
    /// <summary>An evaluation of predictions against labels; each string has one digit per image.</summary>
    private static EvaluationResult Read(string labels, string answers) => EvaluationResult.Of(new(
        [.. answers.SelectMany(answer => Enumerable.Range(0, 10).Select(d => d == answer - '0' ? 0.91f : 0.01f))], [.. labels.Select(l => (byte)(l - '0'))]));

    [Fact]
    public void Each_picture_is_counted_once_and_those_read_differently_are_named()
    {
        var compared = ModelComparison.Of(Read("0123456789", "0123456700"), Read("0123456789", "0133456709"))!;
        Assert.Equal((10, 7, 1, 1, 1), (compared.Images, compared.BothRight, compared.OnlyFirst, compared.OnlySecond, compared.BothWrong));
        Assert.Equal([new(2, 2, 2, 3), new(9, 9, 0, 9)], compared.Differences);
        Assert.Equal(1, compared.PValue);
    }

    // The expected values are twice the sum of the binomial coefficients over 2^n, at most 1, computed in exact fractions.
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(0, 6, 0.03125)]
    [InlineData(10, 25, 0.016673847800120712)]
    [InlineData(25, 10, 0.016673847800120712)]
    public void P_is_that_of_the_exact_test(int first, int second, double p) => Assert.Equal(p, ModelComparison.McNemar(first, second), 12);

    [Fact]
    public void P_of_thousands_is_still_a_number()
    {
        Assert.InRange(ModelComparison.McNemar(4900, 5100), 0.046585, 0.046586);
        Assert.InRange(ModelComparison.McNemar(0, 9000), 0, 1e-300);
    }

    [Fact]
    public void Other_pictures_or_an_older_evaluation_are_not_compared()
    {
        var first = Read("0123", "0123");
        Assert.Null(ModelComparison.Of(first, Read("0124", "0124")));
        Assert.Null(ModelComparison.Of(first, Read("012", "012")));
        Assert.Null(ModelComparison.Of(first, Read("0123", "0123") with { Mistakes = null }));
    }
}
