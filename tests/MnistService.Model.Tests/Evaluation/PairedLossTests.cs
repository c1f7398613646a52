using MnistService.Model.Evaluation;

namespace MnistService.Model.Tests.Evaluation;

/// <summary>Tests of the upper confidence bound of the accuracy loss between two models.</summary>
public sealed class PairedLossTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(40, 12)]
    [InlineData(0, 3540)]
    public void The_bound_lies_above_the_observed_loss_and_falls_with_more_images(int onlyFirst, int onlySecond)
    {
        var loss = new PairedLoss(5_000, onlyFirst, onlySecond);
        Assert.Equal((onlySecond - onlyFirst) / 5_000.0, loss.Observed, 12);
        Assert.InRange(loss.UpperBound95(), loss.Observed, 1);
        Assert.True(new PairedLoss(50_000, onlyFirst * 10, onlySecond * 10).UpperBound95() < loss.UpperBound95());
    }

    /// <summary>If no image is predicted differently by the models, the score interval has a closed form: z² / (n + z²).</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    public void Models_that_agree_on_every_image_may_still_differ_on_others(int images)
    {
        const double Z = 1.6448536269514722;
        Assert.Equal(Z * Z / (images + Z * Z), new PairedLoss(images, 0, 0).UpperBound95(), 9);
    }

    [Fact]
    public void One_model_that_reads_all_right_and_one_that_reads_none_differ_by_all() =>
        Assert.Equal(1, new PairedLoss(50, 0, 50).UpperBound95(), 9);

    /// <summary>
    /// Exact coverage: the probability, summed over every possible outcome of 60 images, that the bound is at least the true loss. A 95 % bound of
    /// discrete data cannot hit 95 % exactly; the score interval stays within about two points of it.
    /// </summary>
    [Theory]
    [InlineData(0.10, 0.10)]
    [InlineData(0.05, 0.10)]
    [InlineData(0.02, 0.20)]
    [InlineData(0.20, 0.05)]
    public void The_bound_covers_the_true_loss_about_95_times_in_100(double onlyFirst, double onlySecond)
    {
        const int Images = 60;
        var logFactorials = new double[Images + 1];
        for (var i = 1; i <= Images; i++) logFactorials[i] = logFactorials[i - 1] + Math.Log(i);
        var covered = 0.0;
        for (var first = 0; first <= Images; first++)
        {
            for (var second = 0; first + second <= Images; second++)
            {
                var same = Images - first - second;
                var probability = Math.Exp(logFactorials[Images] - logFactorials[first] - logFactorials[second] - logFactorials[same]
                    + first * Math.Log(onlyFirst) + second * Math.Log(onlySecond) + same * Math.Log(1 - onlyFirst - onlySecond));
                if (new PairedLoss(Images, first, second).UpperBound95() >= onlySecond - onlyFirst) covered += probability;
            }
        }
        Assert.InRange(covered, 0.93, 0.98);
    }
}
