using MnistService.Model.Training;
using MnistService.Model.Training.Steps;

namespace MnistService.Model.Tests.Training.Steps;

public sealed class LearningRateSchedulerTests
{
    private static readonly Hyperparameters Settings = new() { LearningRate = 0.01, WarmUp = 0.2 };

    [Fact]
    public void One_cycle_rises_to_the_peak_and_falls_to_zero()
    {
        var rate = new LearningRateScheduler(Settings, steps: 1000);
        Assert.Equal(0.0004, rate.At(1), 4);
        Assert.Equal(0.01, rate.At(200), 6);
        Assert.Equal(0, rate.At(1000), 9);
        Assert.All(Enumerable.Range(1, 198), step => Assert.True(rate.At(step) < rate.At(step + 1)));
        Assert.All(Enumerable.Range(200, 799), step => Assert.True(rate.At(step) > rate.At(step + 1)));
    }

    [Fact]
    public void Cosine_falls_from_the_first_step()
    {
        var rate = new LearningRateScheduler(Settings with { Schedule = LearningRateSchedule.Cosine }, steps: 100);
        Assert.Equal(0.01, rate.At(1), 4);
        Assert.Equal(0.005, rate.At(50), 6);
        Assert.Equal(0, rate.At(100), 9);
    }

    [Fact]
    public void A_run_of_one_step_has_a_rate() => Assert.True(double.IsFinite(new LearningRateScheduler(Settings, steps: 1).At(1)));
}
