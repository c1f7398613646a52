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

        var before = WorkersProcessorTime();
        await Task.Delay(1000, TestContext.Current.CancellationToken);

        // A single spinning worker would cost a second.
        Assert.InRange(before.Count, 16, int.MaxValue); // they were found by their name
        Assert.InRange(WorkersProcessorTime().Sum(time => time.TotalMilliseconds) - before.Sum(time => time.TotalMilliseconds), 0, 300);
    }

    /// <summary>Of the workers' threads alone: the runtime compiles and collects beside them as it likes.</summary>
    private static List<TimeSpan> WorkersProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return [.. process.Threads.Cast<ProcessThread>()
            .Where(thread => NameOf(thread).StartsWith("inference", StringComparison.Ordinal))
            .Select(thread => thread.TotalProcessorTime)];
    }

    /// <summary>Empty for one that has ended since it was listed.</summary>
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
