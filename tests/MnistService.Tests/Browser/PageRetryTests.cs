using Microsoft.Playwright;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Browser;

/// <summary>Retries of the page's modules: which requests they repeat, and that no resource leaks.</summary>
public sealed class PageRetryTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private Uri Address => new(application.Start().BaseAddress!, "/");

    /// <summary>The first answer is 503. The rejection must surface where <c>patiently</c> awaits it, not in the caller's loop.</summary>
    [Fact]
    public Task An_event_stream_is_retried_while_the_service_is_busy() => Chromium.OpenAsync(Address, async page =>
    {
        var requests = 0;
        await page.RouteAsync("**/train/any/events", route => requests++ == 0
            ? Problem(route, 503, "not_ready")
            : route.FulfillAsync(new() { ContentType = "text/event-stream", Body = "event: progress\ndata: {\"epoch\":1}\n\n" }));
        var types = await page.EvaluateAsync<string[]>("""
            async () => {
              const { patiently, stream } = await import('/js/api.js'), types = [];
              for await (const { type } of await patiently(() => stream('/train/any/events'))) types.push(type);
              return types;
            }
            """);
        Assert.Equal(["progress"], types);
        Assert.Equal(2, requests);
    }, expectedComplaint: "503");

    [Fact]
    public Task A_consumer_that_stops_early_closes_its_event_stream() => Chromium.OpenAsync(Address, async page =>
    {
        var isCanceled = await page.EvaluateAsync<bool>("""
            async () => {
              const { stream } = await import('/js/api.js');
              let isCanceled = false;
              const body = new ReadableStream({
                start: controller => controller.enqueue(new TextEncoder().encode('event: progress\ndata: {}\n\n')),
                cancel: () => { isCanceled = true; },
              });
              window.fetch = async () => new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
              for await (const _ of await stream('/train/any/events')) break;
              await new Promise(resolve => setTimeout(resolve));
              return isCanceled;
            }
            """);
        Assert.True(isCanceled);
    }, expectedComplaint: "health"); // the status bar reads the same body

    /// <summary>Each wait between two tries must remove its listener from the signal. Otherwise a long outage leaks one listener per try.</summary>
    [Fact]
    public Task A_retry_leaves_no_abort_listener_behind() => Chromium.OpenAsync(Address, async page =>
    {
        var left = await page.EvaluateAsync<int>("""
            async () => {
              const { ApiError, patiently } = await import('/js/api.js');
              const { signal } = new AbortController();
              let listeners = 0, tries = 0;
              for (const [name, change] of [['addEventListener', 1], ['removeEventListener', -1]]) {
                const original = signal[name].bind(signal);
                signal[name] = (...parameters) => { listeners += change; original(...parameters); };
              }
              await patiently(async () => {
                if (++tries < 4) throw new ApiError(503, {}, 0.01);
              }, signal);
              return listeners;
            }
            """);
        Assert.Equal(0, left);
    });

    [Fact]
    public Task A_wait_between_two_tries_ends_at_once_when_its_signal_was_aborted_before() => Chromium.OpenAsync(Address, async page =>
    {
        var name = await page.EvaluateAsync<string>("""
            async () => {
              const { ApiError, patiently } = await import('/js/api.js');
              let tries = 0;
              const ask = async () => { if (++tries > 1) return 'retried'; throw new ApiError(503, {}, 0.01); };
              return patiently(ask, AbortSignal.abort()).catch(error => error.name);
            }
            """);
        Assert.Equal("AbortError", name);
    });

    /// <summary>An open stream uses a watcher in the service and one of the browser's six connections per host.</summary>
    [Fact]
    public async Task A_hidden_view_follows_no_job_and_polls_nothing()
    {
        await using var service = new ServiceApplication();
        using var client = service.Start();
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var job = (string)(await (await client.PostJobAsync(new { name = "long", data, network = "mlp", epochs = 1000, promote = "never" }))
            .JsonAsync(System.Net.HttpStatusCode.Accepted))["id"]!;
        await Chromium.OpenAsync(new(client.BaseAddress!, "/#training"), async page =>
        {
            var ended = new TaskCompletionSource<IRequest>();
            page.RequestFailed += (_, request) => ended.TrySetResult(request);
            await page.Expect("#job").ToContainTextAsync("images per second");
            await page.GoAsync("draw");
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestHttp.Cancellation); // the stream was aborted
            var requests = 0;
            page.Request += (_, request) => requests += request.Url.Contains("/train", StringComparison.Ordinal) ? 1 : 0;
            await page.WaitForTimeoutAsync(4000);
            Assert.Equal(0, requests);
            await page.GoAsync("training");
            await page.Expect("#job").ToContainTextAsync("images per second"); // the view follows the job again
            await client.PostAsync($"/train/{job}/cancel", null, TestHttp.Cancellation);
            await page.Expect("#job .state").ToContainTextAsync("canceled");
        });
    }

    [Fact]
    public Task A_view_whose_code_does_not_arrive_is_loaded_later() => Chromium.OpenAsync(Address, async page =>
    {
        await page.RouteAsync("**/js/models.js*", route => route.AbortAsync());
        await page.GotoAsync(new Uri(Address, "/#models").AbsoluteUri);
        await page.ReloadAsync();
        await page.Expect("#view-error").ToContainTextAsync("could not be loaded");
        await page.UnrouteAsync("**/js/models.js*");
        await page.Expect("#model-cards article").ToHaveCountAsync(2);
        await page.Expect("#view-error").ToBeHiddenAsync();
    }, expectedComplaint: "Failed to load resource"); // ERR_FAILED for the module, 404 for the test images of MNIST

    [Fact]
    public Task What_cancelled_and_interrupted_jobs_say_of_their_checkpoint_is_true() => Chromium.OpenAsync(Address, async page =>
    {
        Assert.Equal(["Resume continues from the last checkpoint.", "The job had not started. Resume starts it.", "The service stopped during training. Resume continues from the last checkpoint."],
            await page.EvaluateAsync<string[]>("""
                async () => {
                  const { facts } = await import('/js/training/job.js'), job = { epochs: [], startedAt: '2026-01-01T00:00:00Z' };
                  return [{ ...job, state: 'cancelled' }, { ...job, state: 'cancelled', startedAt: null }, { ...job, state: 'interrupted' }].map(facts);
                }
                """));
    });

    private static Task Problem(IRoute route, int status, string code) => route.FulfillAsync(new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Body = $$"""{"title":"Not now","status":{{status}},"detail":"Try again later.","code":"{{code}}"}""",
    });
}
