using MnistService.Startup;

namespace MnistService.Tests.Startup;

public sealed class StartupTasksTests
{
    private readonly StartupTimings _phases = new();

    [Fact]
    public async Task Works_run_side_by_side_and_are_named_within_their_phase()
    {
        using var meeting = new Barrier(2);
        // Tasks that ran in sequence would wait for each other until the timeout.
        Work Meets(string name) => new(name, () => Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(30), TestHttp.Cancellation)));
        await Start(Meets("database"), Meets("model"));
        Assert.Matches(@"^settings \d+\.\d\d, loading \d+\.\d\d \[database \d+\.\d\d, model \d+\.\d\d\]$", _phases.ToString());
    }

    [Fact]
    public async Task One_that_fails_stops_the_start_with_its_own_words_when_all_have_ended()
    {
        var ended = false;
        var failure = await Assert.ThrowsAsync<SettingException>(() => Start(
            new Work("database", () => throw new SettingException("No room.")),
            new Work("model", () =>
            {
                Thread.Sleep(200); // ends long after the other task
                ended = true;
            })));
        Assert.Equal("No room.", failure.Message);
        Assert.True(ended);
    }

    private Task Start(params IStartupTask[] works) => new StartupTasks(works, _phases).StartingAsync(TestHttp.Cancellation);

    private sealed class Work(string name, Action run) : IStartupTask
    {
        public string Name => name;

        public void Run() => run();
    }
}
