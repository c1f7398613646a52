using Microsoft.Playwright;
using MnistService.Tests.Datasets;
using MnistService.Tests.Security;

namespace MnistService.Tests.Browser;

/// <summary>
/// A service with API keys. The page asks for a key, names the missing scope, sends no refused request again, and continues after the user enters another key.
/// </summary>
public sealed class PageKeyTests(KeyedService service) : IClassFixture<KeyedService>
{
    private const string Refused = "status of 4"; // 401, 403, and 422 for the beginning of a stroke

    private Uri At(string view) => new(service.Client.BaseAddress!, $"/#{view}");

    /// <summary>Guards against a form that is not built and whose button opens another address.</summary>
    [Fact]
    public Task A_key_without_the_scope_train_is_named_beside_a_disabled_form_until_another_is_entered() => Chromium.OpenAsync(At("training"), async page =>
    {
        await EnterKeyAsync(page, service.Predict);
        await page.Expect("#train-error").ToContainTextAsync("needs the scope train, which the key 'kiosk' does not have");
        await page.Expect("#train-start").ToBeDisabledAsync();
        await page.Expect("#train-name").ToBeDisabledAsync();
        await page.Locator("#train-error button:text('Enter another key')").ClickAsync();
        await EnterKeyAsync(page, service.Train, isRefused: false); // this key may not list models, so the form offers no model to start from
        await page.Expect("#train-error").ToBeHiddenAsync();
        await page.Expect("#train-epochs-hint").ToContainTextAsync("recommended");
        await page.Expect("#train-start").ToBeEnabledAsync();
    }, expectedComplaint: Refused);

    /// <summary>The page must not require a reload after the key is entered, because a reload loses the drawing.</summary>
    [Fact]
    public Task A_drawing_is_read_when_the_key_was_entered_without_another_stroke() => Chromium.OpenAsync(At("draw"), async page =>
    {
        var drawn = new TaskCompletionSource();
        await page.RouteAsync("**/predict?*", async route =>
        {
            await drawn.Task; // otherwise the dialog would cover the pad after the first point
            await route.ContinueAsync();
        });
        await page.DrawAsync(7);
        drawn.SetResult();
        await EnterKeyAsync(page, service.Predict);
        await page.ReadAsync(7);
    }, expectedComplaint: Refused);

    [Fact]
    public Task Declining_to_enter_a_key_is_final_until_the_page_is_told_otherwise() => Chromium.OpenAsync(At("pictures"), async page =>
    {
        await page.OpenedAsync("pictures");
        var files = Enumerable.Range(0, 6).Select(i => new FilePayload { Name = $"{i}.png", MimeType = "image/png", Buffer = DatasetFiles.Pictures[i].Png });
        await page.Locator("#pictures-input").SetInputFilesAsync(files);
        await page.Expect("#key-dialog").ToBeVisibleAsync();
        await page.Locator("#key-cancel").ClickAsync();
        await page.Expect("#pictures-progress").ToHaveTextAsync("0 of 6 processed, 6 failed");
        await page.Expect("#key-dialog").ToBeHiddenAsync();
        await page.Locator("#gallery button:text('Enter another key')").First.ClickAsync();
        await EnterKeyAsync(page, service.Predict, isRefused: false);
        await page.Expect("#pictures-progress").ToHaveTextAsync("6 of 6 processed");
    }, expectedComplaint: Refused);

    /// <summary>While the page follows a job, its API key is replaced by an unknown key or by one that lacks the scope.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_event_stream_is_not_repeated_and_continues_with_another_key(bool isKnown)
    {
        using var client = new HttpClient { BaseAddress = service.Client.BaseAddress };
        client.DefaultRequestHeaders.Add("X-API-Key", service.Train);
        var data = await client.AddDatasetAsync(DatasetFiles.Csv());
        var job = (string)(await (await client.PostJobAsync(new { name = "long", data, network = "mlp", epochs = 1000, promote = "never" }))
            .JsonAsync(System.Net.HttpStatusCode.Accepted))["id"]!;
        await Chromium.OpenAsync(At("training"), async page =>
        {
            await EnterKeyAsync(page, service.Admin);
            await page.Expect("#job").ToContainTextAsync("images per second");
            var streams = 0;
            page.Request += (_, request) => streams += request.Url.EndsWith("/events", StringComparison.Ordinal) ? 1 : 0;
            await page.EvaluateAsync(
                """
                key => {
                  sessionStorage.setItem('mnist-service-key', key);
                  document.querySelector('#jobs-list button').click(); // follows the job anew
                }
                """, isKnown ? service.Predict : "msk_unknown");
            if (isKnown) await page.Expect("#job .error").ToContainTextAsync("needs the scope train");
            else await page.Expect("#key-dialog").ToBeVisibleAsync();
            await page.WaitForTimeoutAsync(3500);
            Assert.Equal(1, streams);
            if (isKnown) await page.Locator("#job button:text('Enter another key')").ClickAsync();
            await EnterKeyAsync(page, service.Admin, isRefused: false);
            await page.Expect("#job .error").ToBeHiddenAsync();
            await client.PostAsync($"/train/{job}/cancel", null, TestHttp.Cancellation);
            await page.Expect("#job .state").ToContainTextAsync("canceled"); // only the event stream reports this state
        }, expectedComplaint: Refused);
    }

    /// <summary>An HTTP header cannot contain such a key: the browser would send no request, and the service would seem to be unavailable.</summary>
    [Fact]
    public Task A_key_with_letters_that_a_header_cannot_carry_is_refused_by_the_dialog() => Chromium.OpenAsync(At("submissions"), async page =>
    {
        await page.Expect("#key-dialog").ToBeVisibleAsync();
        await page.Locator("#key").FillAsync("ключ");
        await page.Locator("#key-form button.main").ClickAsync();
        await page.Expect("#key-why").ToContainTextAsync("only printable ASCII characters without spaces");
        await EnterKeyAsync(page, service.Predict);
        await page.Expect("#submission-none").ToBeVisibleAsync();
    }, expectedComplaint: Refused);

    private static async Task EnterKeyAsync(IPage page, string key, bool isRefused = true)
    {
        await page.Expect("#key-dialog").ToBeVisibleAsync();
        if (isRefused) await page.Expect("#key-why").Not.ToBeEmptyAsync();
        await page.Locator("#key").FillAsync(key);
        await page.Locator("#key-form button.main").ClickAsync();
    }
}
