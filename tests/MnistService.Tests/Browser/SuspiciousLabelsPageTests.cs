using Microsoft.Playwright;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Browser;

/// <summary>Suspicious labels on the page: the summary after an upload, the images, and the warning on a job.</summary>
public sealed class SuspiciousLabelsPageTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();
    private readonly HttpClient _client;

    public SuspiciousLabelsPageTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Swapped_classes_are_told_with_their_images_and_the_job_shows_the_warning(bool onPhone)
    {
        var swapped = DatasetFiles.Rows.Select(row => $"{(row[0] switch { '3' => '5', '5' => '3', var label => label })}{row[1..]}");
        var id = await _client.AddDatasetAsync(DatasetFiles.Csv(swapped));
        var set = await _client.GetJsonAsync($"/datasets/{id}");
        var sentence = (string)set["labelCheck"]!;
        await Chromium.OpenAsync(new(_client.BaseAddress!, $"/#training?data={id}"), async page =>
        {
            await page.Expect("#datasets-list .label-check .warning").ToHaveTextAsync(sentence);
            await page.Expect("#datasets-list canvas").ToHaveCountAsync(0); // images load only on demand
            await page.Locator("#datasets-list .label-check summary").ClickAsync();
            await page.Expect("#datasets-list canvas").ToHaveCountAsync(24);
            await Assertions.Expect(page.Locator("#datasets-list .label-check .digits li").First).ToContainTextAsync(new System.Text.RegularExpressions.Regex("[35] → [53]"));
            await page.Locator("#datasets-list button:text('Next')").ClickAsync();
            await page.Expect("#datasets-list .label-check .actions").ToContainTextAsync("25–");
            await page.FitsAsync();

            await page.Locator("#train-name").FillAsync("swapped");
            await page.Locator("#train-network").SelectOptionAsync("mlp");
            await page.Locator("#train-epochs").FillAsync("1");
            await page.Locator("#train-promote").SelectOptionAsync("never");
            await page.Locator("#train-start").ClickAsync();
            await page.Expect("#job .warnings li").ToHaveTextAsync($"Data set \"{set["name"]}\" ({id}): {sentence}");
            await page.Expect("#job .state").ToContainTextAsync("succeeded", new() { Timeout = 240_000 }); // the job shares the processors with other tests
            await page.Expect("#job .warnings li").ToBeVisibleAsync();
            await page.FitsAsync();
            await page.ShowAsync(onPhone ? "suspicious-labels-phone" : "suspicious-labels");
        }, device: onPhone ? Chromium.Phone : Chromium.Desktop);
    }

    /// <summary>The collection contains ones labeled as sevens and sevens labeled as ones. The page warns directly where the user saved it.</summary>
    [Fact]
    public Task A_collection_that_is_saved_with_wrong_labels_says_so_where_it_was_saved() => Chromium.OpenAsync(new(_client.BaseAddress!, "/#draw"), async page =>
    {
        var digits = DatasetFiles.Rows.Where(row => row[0] is '1' or '7').Take(24).Select((row, i) => new
        {
            id = $"{i}",
            label = row[0] == '1' ? 7 : 1,
            image = Convert.ToBase64String([.. row[2..].Split(',').Select(byte.Parse)]),
        });
        await page.EvaluateAsync("digits => localStorage.setItem('mnist-service-collection', JSON.stringify(digits))", digits);
        await page.ReloadAsync();
        await page.Locator("#collection-save").ClickAsync();
        await page.Expect("#collection-saved").ToContainTextAsync("Saved 24 digits");
        await page.Expect("#collection-check .warning").ToContainTextAsync("classes 1 and 7 seem swapped.");
        await page.Locator("#collection-check summary").ClickAsync();
        await Assertions.Expect(page.Locator("#collection-check canvas").First).ToBeVisibleAsync();
        await page.ShowAsync("suspicious-collection");
    });
}
