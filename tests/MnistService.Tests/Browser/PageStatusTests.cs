using System.Runtime.InteropServices;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using MnistService.Drawings;
using MnistService.Tests.Datasets;
using MnistService.Tests.Security;

namespace MnistService.Tests.Browser;

/// <summary>Status messages of the page about the service and API keys, and the accessibility of the page.</summary>
public sealed class PageStatusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_page_says_that_the_service_has_gone_and_goes_on_when_it_is_back()
    {
        var service = new ServiceProcess(_folder);
        using var client = await service.ListeningAsync();
        var address = client.BaseAddress!;
        await Chromium.OpenAsync(address, async page =>
        {
            await page.Expect("#status-state").ToHaveTextAsync("ready");
            await page.Expect("#status-device").ToHaveTextAsync("cpu");
            service.Send(PosixSignal.SIGTERM);
            Assert.Equal(0, await service.EndedAsync());
            service.Dispose();
            await page.DrawAsync(3); // the page recognizes it when the service is back, without another stroke
            await page.Expect("#status-state").ToHaveTextAsync("offline");
            await page.Expect("#banner").ToHaveTextAsync("The service is not responding. Retrying…");
            service = new ServiceProcess(_folder, ("ASPNETCORE_URLS", address.GetLeftPart(UriPartial.Authority)));
            (await service.ListeningAsync()).Dispose();
            await page.Expect("#status-state").ToHaveTextAsync("ready");
            await page.Expect("#banner").ToBeHiddenAsync();
            await page.ReadAsync(3);
            await page.Expect("#draw-error").ToBeHiddenAsync();
        }, expectedComplaint: "ERR_");
        service.Dispose();
    }

    /// <summary>If a full queue rejects an image with 429, the page sends the image again after the time in <c>Retry-After</c>.</summary>
    [Fact]
    public async Task The_page_says_that_the_service_is_busy_and_asks_again_when_it_was_told_to()
    {
        await using var application = new ServiceApplication();
        await Chromium.OpenAsync(new(application.Start().BaseAddress!, "/#pictures"), async page =>
        {
            var refused = 0;
            await page.RouteAsync("**/predict?*", async route =>
            {
                if (refused++ > 0) await route.ContinueAsync();
                else
                {
                    await route.FulfillAsync(new()
                    {
                        Status = 429,
                        ContentType = "application/problem+json",
                        Headers = new Dictionary<string, string> { ["Retry-After"] = "2" },
                        Body = """{"title":"The service is busy","status":429,"detail":"The inference queue is full.","code":"queue_full"}""",
                    });
                }
            });
            await page.OpenedAsync("pictures");
            await page.Locator("#pictures-input").SetInputFilesAsync(new FilePayload { Name = "a.png", MimeType = "image/png", Buffer = DatasetFiles.Pictures[7].Png });
            await page.Expect("#banner").ToContainTextAsync("The inference queue is full.");
            await page.Expect("#status-state").ToHaveTextAsync("busy");
            await page.Expect("#gallery strong").ToHaveTextAsync("7");
            await page.Expect("#status-state").ToHaveTextAsync("ready");
            await page.Expect("#banner").ToBeHiddenAsync();
        }, expectedComplaint: "429");
    }

    [Fact]
    public async Task A_service_without_a_model_says_so_on_the_page()
    {
        await using var application = new ServiceApplication(("MnistService:Models:Directory", Path.Combine(_folder, "models")));
        await Chromium.OpenAsync(new(application.Start().BaseAddress!, "/"), async page =>
        {
            await page.Expect("#status-state").ToHaveTextAsync("not ready");
            await page.Expect("#banner").ToContainTextAsync("No model");
        }, expectedComplaint: "503");
    }

    [Fact]
    public async Task A_service_with_keys_is_used_with_the_key_that_the_page_asks_for()
    {
        using var service = new KeyedService();
        await Chromium.OpenAsync(new(service.Client.BaseAddress!, "/#submissions"), async page =>
        {
            await page.Expect("#key-dialog").ToBeVisibleAsync();
            await page.Locator("#key").FillAsync(service.Predict);
            await page.Locator("#key-form button.main").ClickAsync();
            await page.Expect("#submission-none").ToBeVisibleAsync();
            await page.GoAsync("draw");
            await page.DrawAsync(8);
            await page.ReadAsync(8);
        }, expectedComplaint: "status of 4"); // 401, and 422 for the beginning of a stroke
    }

    /// <summary>axe-core finds no serious or critical violation in any view with content, on a desktop in light mode and on a phone in dark mode.</summary>
    [Theory]
    [InlineData(false, ColorScheme.Light)]
    [InlineData(true, ColorScheme.Dark)]
    public async Task Nothing_stands_in_the_way_of_those_who_see_or_move_otherwise(bool onPhone, ColorScheme colours)
    {
        await using var application = ServiceApplication.WithModelsOfItsOwn();
        var client = application.Start();
        (await client.PostAsync("/submissions", TestHttp.Body(DatasetFiles.Csv(), "text/csv"), TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var job = await (await client.PostJobAsync(new { data, network = "mlp", epochs = 2, promote = "never" })).JsonAsync(System.Net.HttpStatusCode.Accepted);
        await client.EndOfJobAsync((string)job["id"]!);
        var device = onPhone ? Chromium.Phone : Chromium.Desktop;
        device.ColorScheme = colours;
        await Chromium.OpenAsync(new(client.BaseAddress!, "/"), async page =>
        {
            await page.DrawAsync(6);
            await page.ReadAsync(6);
            await page.CollectAsync(6);
            await CheckAsync(page, "draw");
            await page.DrawTwoThreesAsync();
            await CheckAsync(page, "several digits");
            await page.GoAsync("pictures");
            await page.Locator("#pictures-input").SetInputFilesAsync(new FilePayload { Name = "a.png", MimeType = "image/png", Buffer = DatasetFiles.Pictures[4].Png });
            await page.Locator("#pictures-input").SetInputFilesAsync(new FilePayload { Name = "b.png", MimeType = "image/png", Buffer = PlainImages.Draw("42") });
            await page.Expect("#pictures-progress").ToHaveTextAsync("2 of 2 processed");
            await CheckAsync(page, "pictures");
            await page.Locator("#gallery li:nth-child(2)").ClickAsync();
            await page.Expect("#photo-digits canvas").ToHaveCountAsync(2);
            await CheckAsync(page, "the large view of an image");
            await page.Keyboard.PressAsync("Escape");
            await page.GoAsync("submissions");
            await page.Locator("#submission-list button").First.ClickAsync();
            await page.Expect("#submission-summary .matrix").ToBeVisibleAsync();
            await CheckAsync(page, "submissions");
            await page.GoAsync("training");
            await page.Expect("#job .chart").ToHaveCountAsync(2);
            await page.Locator("summary:text('Advanced settings')").ClickAsync();
            await page.Locator("#jobs-list input").First.CheckAsync();
            await CheckAsync(page, "training");
            await page.GoAsync("models");
            await page.Locator("#model-cards button:text('Show mistakes')").Last.ClickAsync();
            await page.Expect("#mistakes .digits").ToBeVisibleAsync();
            await CheckAsync(page, "models");
        }, expectedComplaint: "status of 4", device: device); // 422 for the beginning of a stroke, 404 for the test images of MNIST, which is missing

        static async Task CheckAsync(IPage page, string view)
        {
            var found = (await page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical");
            Assert.True(!found.Any(), $"{view}: {string.Join("\n", found.Select(v => $"{v.Id} ({v.Impact}): {string.Join("; ", v.Nodes.Select(n => n.Html))}"))}");
        }
    }
}
