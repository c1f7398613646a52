using Microsoft.Playwright;
using MnistService.Tests.Browser;

namespace MnistService.Tests.Security;

/// <summary>
/// Swagger UI in a real browser under the strict Content-Security-Policy: the console shows no errors, and the Authorize button adds the key to
/// requests.
/// </summary>
public sealed class AuthorizeButtonTests(KeyedService service) : IClassFixture<KeyedService>
{
    private Uri Address => new(service.Client.BaseAddress!, "/swagger/index.html");

    [Fact]
    public Task A_key_that_was_entered_is_sent() => Chromium.OpenAsync(Address, async page =>
    {
        await page.Locator("button.authorize").First.ClickAsync();
        var form = page.Locator(".auth-container:has-text('X-API-Key')").First;
        await form.Locator("input").FillAsync(service.Predict);
        await form.Locator("button.authorize").ClickAsync();
        await page.Locator("button.btn-done").First.ClickAsync();
        Assert.Equal("200", await StatusAsync(page));
    });

    [Fact]
    public Task Without_one_the_answer_says_what_is_missing() => Chromium.OpenAsync(Address, async page => Assert.Equal("401", await StatusAsync(page)), expectedComplaint: "401");

    private static async Task<string> StatusAsync(IPage page)
    {
        var operation = page.Locator(".opblock-get:has(.opblock-summary-path[data-path=\"/models\"])");
        await operation.Locator(".opblock-summary-control").ClickAsync();
        await operation.Locator("button.execute").ClickAsync();
        return (await operation.Locator(".live-responses-table .response .response-col_status").First.InnerTextAsync()).Trim()[..3];
    }
}
