using System.Diagnostics;

namespace MnistService.Tests.Inference;

[CollectionDefinition(nameof(IdleTests), DisableParallelization = true)]
public sealed class AloneOnTheMachine;

/// <summary>Measures the process, so it runs when no other test does.</summary>
[Collection(nameof(IdleTests))]
public sealed class IdleTests
{
    [Theory]
    [InlineData("00:00:00")]
    [InlineData("00:00:00.010")]
    public async Task Idle_workers_cost_no_processor_time(string maxBatchDelay)
    {
        await using var room = new InferenceRoom(settings: [("Workers", "16"), ("MaxBatchDelay", maxBatchDelay)]);
        room.Publish("m1");
        var request = InferenceRoom.Request(1);
        Assert.True(room.Queue.TryEnqueue(request));
        await request.Completion.WaitAsync(TestContext.Current.CancellationToken);
        using var process = Process.GetCurrentProcess();

        var before = process.TotalProcessorTime;
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        process.Refresh();

        // A single spinning worker would cost a second. The rest of that is room for the runtime's own work.
        Assert.InRange((process.TotalProcessorTime - before).TotalMilliseconds, 0, 400);
    }
}
