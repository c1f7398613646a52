using MnistService.Inference;

namespace MnistService.Tests.Inference;

/// <summary>Batch sizes under different loads, and the longest wait of a prediction.</summary>
public sealed class BatchShapeTests
{
    [Theory]
    [InlineData("idle", 1, 10, 20, 0, "1×10", 0)]
    [InlineData("steady, 2,000/s", 1, 40, 0.5, 0, "1 2×2 3 2 3 2 3 2 3 2 3 2 3 2 3 2", 1.0)]
    [InlineData("steady, 2,000/s", 2, 40, 0.5, 0, "1×10 2 1×7 2 1×7 2 1×7 2 1", 0.5)]
    [InlineData("burst", 1, 100, 0, 0, "32×3 4", 12.6)]
    [InlineData("burst", 2, 100, 0, 0, "32×3 4", 4.2)]
    [InlineData("CSV alone", 1, 0, 0, 400, "32×12 16", 0)]
    [InlineData("CSV and drawn digits", 1, 4, 10, 400, "25 32×2 25 32×2 25 32 25 32×4 16", 3.8)]
    [InlineData("CSV and a burst", 1, 50, 0, 200, "32 26 32×6", 4.2)]
    public async Task Batches_form_by_themselves(string load, int workers, int pictures, double everyMs, int rows, string sizes, double longestWaitMs)
    {
        var simulation = new BatchSimulation(workers);
        simulation.SubmitAt(0, chunks: rows / InferenceQueue.BulkChunkSize);
        for (var picture = 0; picture < pictures; picture++) simulation.PredictAt(picture * everyMs);

        await simulation.RunAsync();

        Assert.Equal($"{load}: {sizes}", $"{load}: {simulation.Shape}");
        Assert.Equal(longestWaitMs, simulation.LongestPredictionWait.TotalMilliseconds);
        Assert.Equal((pictures, rows), (simulation.PredictionsTaken, simulation.RowsTaken));
    }

    [Fact]
    public async Task Under_ten_times_the_load_batches_are_full_and_whoever_is_accepted_waits_no_longer_than_the_queue_is_long()
    {
        var simulation = new BatchSimulation(workers: 1, ("QueueCapacity", "256"));
        for (var i = 0; i < 76_000; i++) simulation.PredictAt(i / 76.0); // 76,000 images/s for 1 s; the worker computes at most 7,619/s

        await simulation.RunAsync();

        Assert.All(simulation.BatchSizes.Skip(1).SkipLast(1), size => Assert.Equal(32, size));
        Assert.InRange(simulation.PredictionsTaken, 7_619, 7_619 + 256 + 32);
        Assert.Equal(76_000, simulation.PredictionsTaken + simulation.Refused);
        Assert.InRange(simulation.LongestPredictionWait.TotalMilliseconds, 30, 256 / 7.619 + 4.2);
    }

    [Fact]
    public async Task A_submission_crawls_under_saturating_predictions_and_does_not_starve()
    {
        var simulation = new BatchSimulation(workers: 1);
        simulation.SubmitAt(0, chunks: 1000);
        for (var i = 0; i < 20_000; i++) simulation.PredictAt(i / 20.0); // 20,000 images/s for 1 s; the worker computes at most 7,619/s

        await simulation.RunAsync(untilMilliseconds: 1000);

        var batches = simulation.BatchSizes.Count;
        Assert.InRange(batches, 1000 / 4.2, 1000 / 4.2 + 2);
        Assert.InRange(simulation.RowsTaken, 8 * (batches / BatchingPolicy.BulkTurn), 8 * (batches / BatchingPolicy.BulkTurn + 4));
        Assert.True(simulation.PredictionsTaken > 30 * batches);
    }

    [Theory]
    [InlineData(1, 7_619)]
    [InlineData(2, 15_238)]
    public async Task Retry_after_is_the_time_the_queue_needs_to_empty_within_a_factor_of_two(int workers, int imagesPerSecond)
    {
        const int capacity = 40_000;
        var simulation = new BatchSimulation(workers, ("QueueCapacity", $"{capacity}"), ("Deadline", "01:00:00"));
        for (var i = 0; i < 50; i++) simulation.PredictAt(i * 20); // idle first: a batch of one image takes eight times as long per image as a full batch
        for (var i = 0; i < 50_000; i++) simulation.PredictAt(2000 + i / 100.0);

        await simulation.RunAsync(untilMilliseconds: 2500);

        var needed = capacity / (double)imagesPerSecond;
        Assert.True(simulation.Refused > 0);
        Assert.InRange(simulation.FirstRetryAfter, needed / 2, needed * 2);
    }
}
