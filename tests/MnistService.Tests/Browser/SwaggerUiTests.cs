using System.Text;
using Microsoft.Playwright;
using MnistService.Drawings;
using MnistService.Tests.Submissions;

namespace MnistService.Tests.Browser;

/// <summary>
/// Swagger UI in a real browser: uploads of an image and a CSV, and a job request with an invalid field. Screenshots are saved to the folder named by the
/// environment variable SCREENSHOTS, if it is set.
/// </summary>
public sealed class SwaggerUiTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private static readonly FilePayload Seven = new()
    {
        Name = "seven.png",
        MimeType = "image/png",
        Buffer = new Scene("plain", 200, 200, 140, 14).Draw(7, new Random(7)),
    };

    private Uri Address => new(application.Start().BaseAddress!, "/swagger/index.html");

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("image/png")]
    public Task A_picture_is_picked_and_read(string contentType) => Chromium.OpenAsync(Address, async page =>
    {
        var operation = await OpenAsync(page, "post", "/predict");
        await operation.Locator(".body-param-content-type select, select.content-type").First.SelectOptionAsync(contentType);
        await operation.Locator("input[type=file]").SetInputFilesAsync(Seven);
        var answer = await ExecuteAsync(operation, "200");
        Assert.Contains("\"digit\": 7", answer, StringComparison.Ordinal);
        await ShowAsync(page, operation, $"predict-{contentType.Replace('/', '-')}");
    });

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("text/csv")]
    public Task A_csv_is_picked_and_answered_with_its_submission(string contentType) => Chromium.OpenAsync(Address, async page =>
    {
        var row = string.Join(',', Enumerable.Repeat(0, 784));
        var operation = await OpenAsync(page, "post", "/submissions");
        await operation.Locator(".body-param-content-type select, select.content-type").First.SelectOptionAsync(contentType);
        await operation.Locator("input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "test.csv",
            MimeType = "text/csv",
            Buffer = Encoding.ASCII.GetBytes($"{KaggleFiles.Pixels}\n{row}\n{row}\n"),
        });
        await ExecuteAsync(operation, "201");
        var download = await page.RunAndWaitForDownloadAsync(() => operation.Locator(".live-responses-table a[download]").First.ClickAsync());
        Assert.Equal("submission.csv", download.SuggestedFilename);
        Assert.Matches(@"^ImageId,Label\n1,\d\n2,\d\n$", await File.ReadAllTextAsync(await download.PathAsync(), TestHttp.Cancellation));
        await ShowAsync(page, operation, $"submissions-{contentType.Replace('/', '-')}");
    });

    [Fact]
    public Task A_job_that_cannot_be_is_a_problem_that_names_the_field() => Chromium.OpenAsync(Address, async page =>
    {
        var operation = await OpenAsync(page, "post", "/train");
        await operation.Locator("textarea.body-param__text").FillAsync("""{ "network": "transformer" }""");
        var answer = await ExecuteAsync(operation, "422");
        Assert.Contains("network", answer, StringComparison.Ordinal);
        await ShowAsync(page, operation, "train-problem");
    }, expectedComplaint: "422");

    private static async Task<ILocator> OpenAsync(IPage page, string method, string path)
    {
        var operation = page.Locator($".opblock-{method}:has(.opblock-summary-path[data-path=\"{path}\"])");
        await operation.Locator(".opblock-summary").ClickAsync();
        await operation.Locator(".opblock-body").WaitForAsync();
        return operation;
    }

    private static async Task<string> ExecuteAsync(ILocator operation, string status)
    {
        await operation.Locator("button.execute").ClickAsync();
        var answer = operation.Locator(".live-responses-table .response");
        await answer.WaitForAsync();
        Assert.Equal(status, (await answer.Locator(".response-col_status").InnerTextAsync()).Trim()[..3]);
        return await answer.InnerTextAsync();
    }

    private static async Task ShowAsync(IPage page, ILocator operation, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is not { } folder) return;
        await operation.EvaluateAsync("element => element.scrollIntoView()");
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }
}
