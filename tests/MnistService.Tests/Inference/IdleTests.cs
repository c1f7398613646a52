using System.Diagnostics;

namespace MnistService.Tests.Inference;

[CollectionDefinition(nameof(IdleTests), DisableParallelization = true)]
public sealed class AloneOnTheMachine;

/// <summary>Measures processor time of this process, so no other test runs at the same time.</summary>
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

        var before = WorkersProcessorTime();
        await Task.Delay(1000, TestContext.Current.CancellationToken);

        // A single spinning worker would use about 1 s of processor time.
        Assert.InRange(before.Count, 16, int.MaxValue); // all 16 worker threads were found by name
        Assert.InRange(WorkersProcessorTime().Sum(time => time.TotalMilliseconds) - before.Sum(time => time.TotalMilliseconds), 0, 300);
    }

    /// <summary>Processor time of each worker thread. Other threads are excluded, because the runtime's JIT compiler and GC may run at any time.</summary>
    private static List<TimeSpan> WorkersProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return [.. process.Threads.Cast<ProcessThread>()
            .Where(thread => NameOf(thread).StartsWith("inference", StringComparison.Ordinal))
            .Select(thread => thread.TotalProcessorTime)];
    }

    /// <summary>Reads the name of a thread; empty if the thread has ended since it was listed.</summary>
    private static string NameOf(ProcessThread thread)
    {
        try
        {
            return File.ReadAllText($"/proc/self/task/{thread.Id}/comm");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
