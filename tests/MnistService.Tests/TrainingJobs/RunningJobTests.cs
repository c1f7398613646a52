using Microsoft.Extensions.DependencyInjection;
using MnistService.Tests.Datasets;
using MnistService.TrainingJobs;

namespace MnistService.Tests.TrainingJobs;

/// <summary>Cancellation of the running job: callbacks run outside the lock, and a cancellation may race with the end of the job.</summary>
public sealed class RunningJobTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_slow_cancellation_callback_does_not_block_other_requests()
    {
        var running = new RunningJob();
        using var run = running.Begin("a", TestHttp.Cancellation);
        var wasFree = false;
        using var callback = run.Token.Register(() => wasFree = Task.Run(() => running.TryCancel("b")).Wait(Patience));
        Assert.True(await Task.Run(() => running.TryCancel("a"), TestHttp.Cancellation));
        Assert.True(wasFree, "Another request had to wait for the callback.");
    }

    [Fact]
    public async Task A_cancellation_that_races_with_the_end_of_the_job_never_throws()
    {
        var running = new RunningJob();
        for (var i = 0; i < 2000; i++)
        {
            var run = running.Begin("a", TestHttp.Cancellation);
            var cancel = Task.Run(() => running.TryCancel("a"), TestHttp.Cancellation);
            run.Dispose();
            await cancel;
            Assert.False(running.TryCancel("a"));
        }
    }

    [Fact]
    public async Task A_job_that_has_failed_cannot_be_canceled_although_its_thread_has_not_left_it()
    {
        await using var application = new ServiceApplication();
        using var client = application.Start();
        var running = application.Services.GetRequiredService<RunningJob>();
        var job = await (await client.PostJobAsync(new { network = "mlp", data = "mnist", epochs = 1 })).JsonAsync(System.Net.HttpStatusCode.Accepted);
        var id = (string)job["id"]!;
        Assert.Equal("data_unavailable", (string?)(await client.EndOfJobAsync(id))["error"]!["code"]);
        using var run = running.Begin(id, TestHttp.Cancellation); // between the write of the job's end and the end of its run
        await (await client.PostAsync($"/train/{id}/cancel", null, TestHttp.Cancellation)).ProblemAsync(409, "job_finished");
    }

    [Fact]
    public void The_stop_of_the_service_cancels_the_job()
    {
        using var stopping = new CancellationTokenSource();
        using var run = new RunningJob().Begin("a", stopping.Token);
        Assert.False(run.Token.IsCancellationRequested);
        stopping.Cancel();
        Assert.True(run.Token.IsCancellationRequested);
    }
}
