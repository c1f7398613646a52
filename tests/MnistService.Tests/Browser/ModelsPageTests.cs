using Microsoft.Playwright;
using MnistService.TestSupport;

namespace MnistService.Tests.Browser;

/// <summary>The models view: comparison, misclassified images, promotion, download, import and deletion.</summary>
public sealed class ModelsPageTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();
    private readonly HttpClient _client;

    public ModelsPageTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private Uri Address => new(_client.BaseAddress!, "/#models");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task The_baseline_and_the_CNN_are_compared_down_to_the_digits_that_they_mistake(bool onPhone)
    {
        MnistLocation.Require();
        _application.WithMnist();
        return Chromium.OpenAsync(Address, async page =>
        {
            await page.Expect("#model-cards article").ToHaveCountAsync(2);
            await page.Expect("#model-cards article:nth-child(1) .headline").ToHaveTextAsync("98.92 % correct");
            await page.Expect("#model-cards article:nth-child(2) .headline").ToHaveTextAsync("99.63 % correct");
            await page.Expect("#model-cards article:nth-child(2) .badge:first-of-type").ToHaveTextAsync("serving");
            await page.Expect("#model-cards article:nth-child(2) dl").ToContainTextAsync("accepts 99.4 % of digits, rejects 97.2 % of other drawings");
            await page.Expect("#model-cards .matrix").ToHaveCountAsync(2);
            await page.Expect("#model-cards .chart").ToHaveCountAsync(2);
            await page.Expect("#differences").ToContainTextAsync("is significantly better");
            await page.Expect("#differences canvas").ToHaveCountAsync(60);
            await page.FitsAsync();
            await page.ShowAsync(onPhone ? "models-phone" : "models");

            var cell = page.Locator("#model-cards article:nth-child(2) .matrix button").First;
            var count = int.Parse(await cell.InnerTextAsync(), null);
            await cell.ClickAsync();
            await page.Expect("#mistakes canvas").ToHaveCountAsync(count);
            await page.Expect("#mistakes h3").ToContainTextAsync("predicted as");
            await Assertions.Expect(cell).ToHaveAttributeAsync("aria-pressed", "true");
        }, device: onPhone ? Chromium.Phone : Chromium.Desktop);
    }

    /// <summary>The responses for the first choice arrive late. The page must discard them, because another model is selected by then.</summary>
    [Fact]
    public Task What_is_shown_is_what_was_chosen_last() => Chromium.OpenAsync(Address, async page =>
    {
        await page.Expect("#model-cards article").ToHaveCountAsync(2);
        var ids = await page.Locator("#model-a option").EvaluateAllAsync<string[]>("options => options.map(option => option.value)");
        var (first, last) = (ids.Single(id => id.StartsWith("cnn", StringComparison.Ordinal)), ids.Single(id => id.StartsWith("mlp", StringComparison.Ordinal)));
        await page.Locator("#model-b").SelectOptionAsync(last);
        await page.Expect("#model-cards article").ToHaveCountAsync(1);
        await page.RouteAsync($"**/models/{first}", async route =>
        {
            await Task.Delay(1000, TestHttp.Cancellation);
            await route.ContinueAsync();
        });
        await page.Locator("#model-a").SelectOptionAsync(first);
        await page.Locator("#model-a").SelectOptionAsync(last);
        await page.WaitForResponseAsync(response => response.Url.EndsWith(first, StringComparison.Ordinal));
        await page.WaitForTimeoutAsync(300);
        await page.Expect("#model-cards article").ToHaveCountAsync(1);
        await page.Expect("#model-cards code").ToHaveTextAsync(last);
    }, expectedComplaint: "404");

    [Fact]
    public Task Without_MNIST_the_mistakes_are_told_in_words() => Chromium.OpenAsync(Address, async page =>
    {
        await page.Locator("#model-cards button:text('Show mistakes')").Last.ClickAsync();
        await page.Expect("#mistakes").ToContainTextAsync("The images cannot be shown");
        await page.Expect("#mistakes .digits li").ToHaveCountAsync(37);
    }, expectedComplaint: "404");

    /// <summary>The shipped models include their reference predictions, so the promotion rule can compare them without MNIST.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_worse_model_is_promoted_only_after_the_user_has_seen_the_numbers(bool accepts) => Chromium.OpenAsync(Address, async page =>
    {
        var question = new TaskCompletionSource<string>();
        page.Dialog += (_, dialog) =>
        {
            _ = accepts ? dialog.AcceptAsync() : dialog.DismissAsync();
            question.TrySetResult(dialog.Message);
        };
        await page.Locator("#model-cards button:text('Promote')").ClickAsync();
        Assert.Matches(@"^Worse on strokes: \d+\.\d % instead of 99\.8 %\.", await question.Task.WaitAsync(TestHttp.Cancellation));
        await page.Expect("#models-told").ToHaveTextAsync(accepts ? "Fully connected baseline is now serving." : "Not promoted.");
        await page.Expect("#status-model").ToContainTextAsync(accepts ? "mlp-" : "cnn-");
        await page.Expect("#model-cards article:has-text('shipped') button:text('Delete')").ToHaveCountAsync(0);
    }, expectedComplaint: "status of 4"); // 409, and 404 for MNIST's test images

    [Theory]
    [InlineData("safetensors", "safetensors")]
    [InlineData("PyTorch", "pth")]
    [InlineData("ONNX", "onnx")]
    public Task A_model_is_downloaded(string name, string extension) => Chromium.OpenAsync(Address, async page =>
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator($"#model-cards button:text-is('{name}')").First.ClickAsync());
        Assert.EndsWith($".{extension}", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(await download.PathAsync()).Length, 100_000, 10_000_000);
    }, expectedComplaint: "404"); // without MNIST there are no images of differences

    [Fact]
    public Task A_file_of_PyTorch_is_imported_and_deleted_and_one_that_is_none_is_told()
    {
        MnistLocation.Require();
        _application.WithMnist();
        return Chromium.OpenAsync(Address, async page =>
        {
            page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
            var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("#model-cards button:text-is('PyTorch')").First.ClickAsync());
            await page.Locator("#model-import").SetInputFilesAsync(new FilePayload
            {
                Name = "final_model.pth",
                MimeType = "application/octet-stream",
                Buffer = await File.ReadAllBytesAsync(await download.PathAsync(), TestHttp.Cancellation),
            });
            await page.Expect("#models-told").ToContainTextAsync("final_model.pth was imported: 98.92 % of the test images correct.", new() { Timeout = 240_000 }); // milliseconds; other tests use the CPU too
            await page.Expect("#model-cards article:nth-child(1) h3").ToHaveTextAsync("final_model.pth");
            await page.Locator("#model-cards article:nth-child(1) button:text('Delete')").ClickAsync();
            await page.Expect("#models-told").ToHaveTextAsync("final_model.pth was deleted.");
            await page.Expect("#model-a option").ToHaveCountAsync(2);

            await page.Locator("#model-import").SetInputFilesAsync(new FilePayload { Name = "x.pth", MimeType = "application/octet-stream", Buffer = [1, 2, 3] });
            await page.Expect("#models-error").ToContainTextAsync("The file does not contain a supported network");
        }, expectedComplaint: "422");
    }
}
