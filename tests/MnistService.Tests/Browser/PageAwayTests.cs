using System.Runtime.InteropServices;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Browser;

/// <summary>Views that are first opened while the service is stopped load when the service runs again at the same address.</summary>
public sealed class PageAwayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-page-").FullName;
    private ServiceProcess? _service;

    public void Dispose()
    {
        _service?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("submissions", "#submission-list li", "#submission-list-error")]
    [InlineData("training", "#datasets-list li", "#jobs-error")]
    [InlineData("models", "#model-cards article", "#models-error")]
    public async Task A_view_that_is_first_opened_while_the_service_is_away_loads_when_it_is_back(string view, string loaded, string error)
    {
        _service = new ServiceProcess(_folder);
        using var client = await _service.ListeningAsync();
        (await client.PostAsync("/submissions", TestHttp.Body(DatasetFiles.Csv(DatasetFiles.Rows[..30]), "text/csv"), TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var address = client.BaseAddress!;
        await Chromium.OpenAsync(address, async page =>
        {
            await page.Expect("#status-state").ToHaveTextAsync("ready");
            await page.WaitForLoadStateAsync(Microsoft.Playwright.LoadState.NetworkIdle);
            _service.Send(PosixSignal.SIGTERM);
            Assert.Equal(0, await _service.EndedAsync());
            _service.Dispose();
            await page.Locator($"nav a[href='#{view}']").ClickAsync();
            await page.Expect("#status-state").ToHaveTextAsync("offline");
            _service = new ServiceProcess(_folder, ("ASPNETCORE_URLS", address.GetLeftPart(UriPartial.Authority)));
            (await _service.ListeningAsync()).Dispose();
            await page.Expect("#status-state").ToHaveTextAsync("ready");
            await page.Locator(loaded).First.WaitForAsync(new() { Timeout = 60_000 }); // milliseconds; a service compiles its queries after startup
            await page.Expect(error).ToBeHiddenAsync();
        }, expectedComplaint: "Failed to load resource"); // ERR_CONNECTION_REFUSED, and 404 for the test images of MNIST
    }

    /// <summary>When the service restarts, the page follows its job again and shows the state that the restarted service reports.</summary>
    [Fact]
    public async Task A_job_that_is_watched_over_a_restart_is_shown_as_interrupted()
    {
        var models = Path.Combine(_folder, "models");
        ServiceFolder.CopyModels(models);
        _service = new ServiceProcess(_folder, ("MnistService__Models__Directory", models));
        using var client = await _service.ListeningAsync();
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        await client.PostJobAsync(new { name = "long", data, network = "mlp", epochs = 1000, promote = "never" });
        var address = client.BaseAddress!;
        await Chromium.OpenAsync(new(address, "/#training"), async page =>
        {
            await page.Expect("#job").ToContainTextAsync("images per second");
            _service.Kill();
            await _service.EndedAsync();
            _service.Dispose();
            await page.Expect("#status-state").ToHaveTextAsync("offline");
            _service = new ServiceProcess(_folder, ("ASPNETCORE_URLS", address.GetLeftPart(UriPartial.Authority)), ("MnistService__Models__Directory", models),
                ("MnistService__Training__ResumeOnStart", "false"));
            (await _service.ListeningAsync()).Dispose();
            await page.Expect("#job .state").ToContainTextAsync("interrupted");
            await page.Expect("#jobs-error").ToBeHiddenAsync();
        }, expectedComplaint: "ERR_");
    }
}
