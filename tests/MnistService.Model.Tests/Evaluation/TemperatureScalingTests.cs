using MnistService.Model.Evaluation;

namespace MnistService.Model.Tests.Evaluation;

/// <summary>Tests of the expected calibration error, and of the fitted temperature that reduces it.</summary>
public sealed class TemperatureScalingTests
{
    /// <summary>
    /// Predictions for images of which the first <paramref name="right"/> are correct, all with the same confidence; the rest of the probability is spread
    /// evenly.
    /// </summary>
    private static Predictions Sure(double confidence, int count, int right)
    {
        var rest = (float)((1 - confidence) / 9);
        var probabilities = Enumerable.Range(0, count).SelectMany(_ => Enumerable.Range(0, 10).Select(d => d == 3 ? (float)confidence : rest)).ToArray();
        return new(probabilities, [.. Enumerable.Range(0, count).Select(i => i < right ? (byte)3 : (byte)4)]);
    }

    [Theory]
    [InlineData(0.9, 90, 0)] // calibrated: 90 % are correct at confidence 0.9
    [InlineData(0.9, 100, 0.1)]
    [InlineData(0.9, 40, 0.5)]
    public void The_error_is_the_distance_between_confidence_and_accuracy(double confidence, int right, double error) =>
        Assert.Equal(error, EvaluationResult.Of(Sure(confidence, 100, right)).CalibrationError!.Value, 5);

    [Fact]
    public void Errors_of_two_kinds_do_not_cancel_each_other()
    {
        // Overconfident by 0.2 and underconfident by 0.2: the mean confidence is correct, although no single one is.
        var (sure, unsure) = (Sure(0.9, 100, 70), Sure(0.5, 100, 70));
        var both = new Predictions([.. sure.Probabilities, .. unsure.Probabilities], [.. sure.Labels, .. unsure.Labels]);
        Assert.Equal(0.2, EvaluationResult.Of(both).CalibrationError!.Value, 5);
    }

    [Theory]
    [InlineData(0.9, 70)] // overconfident
    [InlineData(0.6, 95)] // underconfident, as after training with label smoothing
    [InlineData(0.8, 80)]
    public void The_fitted_temperature_brings_confidence_to_accuracy(double confidence, int right)
    {
        var answers = Sure(confidence, 100, right);
        var tempered = answers.At(TemperatureScaling.Fit(answers));
        Assert.InRange(tempered.Of(0)[3], right / 100.0 - 0.01, right / 100.0);
        Assert.InRange(EvaluationResult.Of(tempered).CalibrationError!.Value, 0, 0.01);
        Assert.True(EvaluationResult.Of(tempered).Loss <= EvaluationResult.Of(answers).Loss + 1e-3);
        Assert.Equal(1, tempered.Of(0).ToArray().Sum(p => (double)p), 5);
        Assert.Equal(EvaluationResult.Of(answers).Predictions, EvaluationResult.Of(tempered).Predictions);
    }

    /// <summary>A set without errors must not make the next prediction certain.</summary>
    [Theory]
    [InlineData(100, 0.999)]
    [InlineData(5000, 0.99995)]
    public void A_network_that_was_never_wrong_is_not_made_certain(int count, double most)
    {
        var answers = Sure(0.95, count, count);
        Assert.InRange(answers.At(TemperatureScaling.Fit(answers)).Of(0)[3], 0.95, most);
    }

    [Fact]
    public void Probabilities_that_underflowed_do_no_harm()
    {
        var answers = new Predictions([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [3, 4]);
        var temperature = TemperatureScaling.Fit(answers);
        Assert.InRange(temperature, 1, 20);
        Assert.All(answers.At(temperature).Probabilities, p => Assert.True(float.IsFinite(p)));
    }

    [Fact]
    public void What_is_not_a_number_gets_no_temperature() => Assert.Equal(1, TemperatureScaling.Fit(new Predictions([.. Enumerable.Repeat(float.NaN, 10)], [1])));
}
