using MnistService.Inference;

namespace MnistService.Tests.Inference;

public sealed class BatchingPolicyTests
{
    private const int Capacity = 32;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(32, 0)]
    [InlineData(1000, 5)]
    public void Without_a_delay_every_batch_is_due_at_once(int queued, int oldestWaitMs) =>
        Assert.Equal(TimeSpan.Zero, new BatchingPolicy(TimeSpan.Zero).UntilDue(queued, Capacity, Ms(oldestWaitMs)));

    [Theory]
    [InlineData(1, 0, 10)]
    [InlineData(31, 4, 6)]
    [InlineData(32, 0, 0)] // the batch is full
    [InlineData(1, 10, 0)] // the oldest request has waited for the whole delay
    [InlineData(1, 99, 0)]
    public void With_a_delay_a_batch_is_due_when_it_is_full_or_its_oldest_request_has_waited(int queued, int oldestWaitMs, int untilDueMs) =>
        Assert.Equal(Ms(untilDueMs), new BatchingPolicy(Ms(10)).UntilDue(queued, Capacity, Ms(oldestWaitMs)));

    [Theory]
    [InlineData(0, 1, 8, PriorityLane.Predict)]  // predictions go first
    [InlineData(5, 0, 8, PriorityLane.Bulk)]     // bulk work fills the remaining places
    [InlineData(24, 0, 8, PriorityLane.Bulk)]    // the chunk fits exactly
    [InlineData(0, 100, 0, PriorityLane.Predict)] // a request larger than a batch forms a batch of its own
    [InlineData(0, 0, 100, PriorityLane.Bulk)]
    [InlineData(10, 30, 8, PriorityLane.Bulk)]   // a prediction that does not fit is left for the next batch; the chunk still fits
    public void The_next_request_comes_from(int taken, int predict, int bulk, object lane) =>
        Assert.Equal((PriorityLane)lane, new BatchingPolicy(TimeSpan.Zero).Next(taken, Capacity, predict, bulk));

    [Theory]
    [InlineData(0, 0, 0)]   // both lanes are empty
    [InlineData(7, 0, 0)]   // nothing more is queued
    [InlineData(32, 1, 8)]  // the batch is full
    [InlineData(25, 0, 8)]  // the chunk does not fit and is not split
    [InlineData(30, 4, 8)]
    [InlineData(100, 1, 8)] // nothing is added to a request larger than a batch
    public void The_batch_is_complete_when(int taken, int predict, int bulk) =>
        Assert.Null(new BatchingPolicy(TimeSpan.Zero).Next(taken, Capacity, predict, bulk));

    [Fact]
    public void A_waiting_chunk_is_passed_over_seven_times_and_then_goes_first()
    {
        var rule = new BatchingPolicy(TimeSpan.Zero);
        for (var batch = 1; batch < BatchingPolicy.BulkTurn; batch++)
        {
            Assert.Equal(PriorityLane.Predict, rule.Next(0, Capacity, 1, 8));
            rule.Complete(tookBulk: false, bulkWaits: true);
        }

        Assert.Equal(PriorityLane.Bulk, rule.Next(0, Capacity, 1, 8));
        Assert.Equal(PriorityLane.Predict, rule.Next(8, Capacity, 1, 8)); // at most one chunk goes first
        rule.Complete(tookBulk: true, bulkWaits: true);
        Assert.Equal(PriorityLane.Predict, rule.Next(0, Capacity, 1, 8));
    }

    [Fact]
    public void A_lane_without_bulk_work_is_not_passed_over()
    {
        var rule = new BatchingPolicy(TimeSpan.Zero);
        for (var batch = 0; batch < 100; batch++) rule.Complete(tookBulk: false, bulkWaits: false);

        Assert.Equal(PriorityLane.Predict, rule.Next(0, Capacity, 1, 8));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
