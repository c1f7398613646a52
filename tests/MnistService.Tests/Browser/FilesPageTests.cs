using System.Text;
using Microsoft.Playwright;
using MnistService.Drawings;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Browser;

/// <summary>Image and CSV uploads on the page: selection, drag and drop, results, corrections and downloads.</summary>
public sealed class FilesPageTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private static FilePayload Picture(int digit) => new()
    {
        Name = $"digit \"{digit}\".png",
        MimeType = "image/png",
        Buffer = new Scene("plain", 200, 200, 140, 14).Draw(digit, new Random(digit)),
    };

    private Uri At(string view) => new(application.Start().BaseAddress!, $"/#{view}");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Many_pictures_are_read_corrected_and_downloaded(bool onPhone) => Chromium.OpenAsync(At("pictures"), async page =>
    {
        await page.OpenedAsync("pictures");
        var empty = new FilePayload { Name = "empty.png", MimeType = "image/png", Buffer = [1, 2, 3] };
        await page.Locator("#pictures-input").SetInputFilesAsync([.. Enumerable.Range(0, 10).Select(Picture), empty]);
        await page.Expect("#pictures-progress").ToHaveTextAsync("10 of 11 processed, 1 failed");
        for (var digit = 0; digit < 10; digit++)
            await page.Expect($"#gallery li:nth-child({digit + 1}) strong").ToHaveTextAsync($"{digit}");
        await page.Expect("#gallery li:nth-child(11) .error").ToContainTextAsync("expected a PNG, JPEG, WebP, GIF or BMP"); // the service's problem detail
        await page.Locator("#gallery li:nth-child(5) select").SelectOptionAsync("9");
        await page.Expect("#pictures-progress").ToHaveTextAsync("10 of 11 processed, 1 failed; 1 of 1 labeled image predicted wrongly");
        await page.FitsAsync();
        await page.ShowAsync(onPhone ? "pictures-phone" : "pictures");

        var csv = await page.RunAndWaitForDownloadAsync(() => page.Locator("#pictures-csv").ClickAsync());
        Assert.Equal("predictions.csv", csv.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await csv.PathAsync(), TestHttp.Cancellation);
        Assert.Equal(("name,digit,confidence,digitProbability,label,text,model", 11), (lines[0], lines.Length));
        Assert.Matches("""^"digit ""4""\.png",4,0\.\d+,(0\.\d+|1),9,"4","[^"]+"$""", lines[5]);
        await page.Locator("#pictures-collect").ClickAsync();
        await page.Expect("#pictures-collect").ToBeDisabledAsync(); // the same images cannot be collected twice
        await page.Locator("#pictures-rest").ClickAsync();
        await page.Expect("#pictures-progress").ToHaveTextAsync("10 of 11 processed, 1 failed; 1 of 10 labeled images predicted wrongly");
        await page.Locator("#pictures-collect").ClickAsync();
        await page.Locator("#gallery li:nth-child(11) .quiet").ClickAsync();
        await page.Expect("#pictures-progress").ToHaveTextAsync("10 of 10 processed; 1 of 10 labeled images predicted wrongly");
        await page.Locator("#pictures-told a").ClickAsync();
        await page.Expect("#collection-digits li span").ToHaveTextAsync(["9", "0", "1", "2", "3", "5", "6", "7", "8", "9"]);
        await page.GoAsync("pictures");
        await page.Locator("#gallery li:nth-child(5) select").SelectOptionAsync("4"); // the label 4 replaces the collected 9
        await page.Locator("#pictures-collect").ClickAsync();
        await page.GoAsync("draw");
        await page.Expect("#collection-digits li span").ToHaveTextAsync(["0", "1", "2", "3", "5", "6", "7", "8", "9", "4"]);
    }, expectedComplaint: "400", device: onPhone ? Chromium.Phone : Chromium.Desktop);

    [Fact]
    public Task An_image_that_is_not_one_digit_is_not_marked_as_correct() => Chromium.OpenAsync(At("pictures"), async page =>
    {
        await page.OpenedAsync("pictures");
        var files = new[] { "7", "#", "42" }.Select((line, i) => new FilePayload { Name = $"{i}.png", MimeType = "image/png", Buffer = PlainImages.Draw(line) });
        await page.Locator("#pictures-input").SetInputFilesAsync(files);
        await page.Expect("#pictures-progress").ToHaveTextAsync("3 of 3 processed");
        await page.Expect("#gallery li:nth-child(2) .reading").ToContainTextAsync("This does not look like a digit. The most probable digit is");
        await page.Expect("#gallery li:nth-child(3) .reading").ToHaveTextAsync("42 Several digits. Crop the image to label a digit.");
        await page.Expect("#gallery li:nth-child(3) canvas").ToHaveCountAsync(2);
        await page.Locator("#pictures-rest").ClickAsync();
        await page.Expect("#pictures-progress").ToHaveTextAsync("3 of 3 processed; 0 of 1 labeled image predicted wrongly");
        await page.Expect("#gallery li:nth-child(1) select").ToHaveValueAsync("7");
        await page.Expect("#gallery li:nth-child(2) select").ToHaveValueAsync("");
        await page.Expect("#pictures-rest").ToBeDisabledAsync();
        await page.ShowAsync("pictures-no-digit");
        var csv = await page.RunAndWaitForDownloadAsync(() => page.Locator("#pictures-csv").ClickAsync());
        var lines = await File.ReadAllLinesAsync(await csv.PathAsync(), TestHttp.Cancellation);
        Assert.Contains(",\"?\",", lines[2], StringComparison.Ordinal);
        Assert.Matches("""^"2\.png",,0\.\d+,,,"42",$""", lines[3]);
    }, expectedComplaint: "422");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_scored_csv_is_dropped_summed_up_downloaded_and_found_again(bool onPhone) => Chromium.OpenAsync(At("submissions"), async page =>
    {
        await page.OpenedAsync("submissions");
        await DropAsync(page, "#submission-drop", "train.csv", Encoding.UTF8.GetString(DatasetFiles.Csv()));
        var summary = page.Locator("#submission-summary");
        await Assertions.Expect(summary).ToContainTextAsync("train.csv: 300 rows");
        await page.Expect("#submission-told").ToHaveTextAsync("train.csv was processed: 300 rows.");
        await Assertions.Expect(summary.Locator(".headline")).ToContainTextAsync("% correct");
        await Assertions.Expect(summary.Locator(".counts li")).ToHaveCountAsync(10);
        await Assertions.Expect(summary.Locator(".matrix tbody tr")).ToHaveCountAsync(10);
        await Assertions.Expect(summary.Locator(".digits canvas")).ToHaveCountAsync(20);
        await page.FitsAsync();
        await page.ShowAsync(onPhone ? "submissions-phone" : "submissions");

        var csv = await page.RunAndWaitForDownloadAsync(() => summary.Locator("button.main").ClickAsync());
        Assert.Equal("submission.csv", csv.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await csv.PathAsync(), TestHttp.Cancellation);
        Assert.Equal(("ImageId,Label", 301), (lines[0], lines.Length));

        await page.ReloadAsync();
        await page.Locator("#submission-list li button").First.ClickAsync();
        await Assertions.Expect(summary).ToContainTextAsync("300 rows");
    }, device: onPhone ? Chromium.Phone : Chromium.Desktop);

    [Fact]
    public Task A_bad_csv_is_told_in_the_services_own_words() => Chromium.OpenAsync(At("submissions"), async page =>
    {
        await page.OpenedAsync("submissions");
        await DropAsync(page, "#submission-drop", "test.csv", "pixel0,pixel1\n1,2\n");
        await page.Expect("#submission-error").ToContainTextAsync("missing: pixel2, pixel3");
        await page.Expect("#submission-running").ToBeHiddenAsync();
    }, expectedComplaint: "422");

    /// <summary>With eleven submissions, the only one on the second page is deleted. The list then shows the first page instead of an empty one.</summary>
    [Fact]
    public async Task The_history_is_turned_over_and_deleted_from()
    {
        await using var own = new ServiceApplication();
        using var client = own.Start();
        for (var i = 0; i < 11; i++) (await client.PostAsync($"/submissions?name=file%20{i}", TestHttp.Body(DatasetFiles.Csv(DatasetFiles.Rows[..30]), "text/csv"), TestHttp.Cancellation)).EnsureSuccessStatusCode();
        await Chromium.OpenAsync(new(client.BaseAddress!, "/#submissions"), async page =>
        {
            page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
            await page.Expect("#submission-list li").ToHaveCountAsync(10);
            await page.Locator("#submission-list button:text('Show')").First.ClickAsync();
            await page.Expect("#submission-summary h3").ToContainTextAsync("file 10: 30 rows");
            await page.Locator("#submission-pages button:text('Older')").ClickAsync();
            await page.Expect("#submission-list strong").ToHaveTextAsync(["file 0"]);
            await page.Locator("#submission-list button:text('Delete')").ClickAsync();
            await page.Expect("#submission-list li").ToHaveCountAsync(10);
            await page.Expect("#submission-summary h3").ToContainTextAsync("file 10"); // this summary belongs to another submission, which still exists
        });
    }

    /// <summary>The upload request is intercepted and never answered, so the upload is still running when the user cancels it.</summary>
    [Fact]
    public Task An_upload_is_cancelled_and_leaves_nothing() => Chromium.OpenAsync(At("submissions"), async page =>
    {
        await page.OpenedAsync("submissions");
        await page.RouteAsync("**/submissions?*", _ => { }); // never answered
        await DropAsync(page, "#submission-drop", "slow.csv", "pixel0\n");
        await page.Expect("#submission-state").ToContainTextAsync("slow.csv");
        await DropAsync(page, "#submission-drop", "second.csv", "pixel0\n");
        await page.Expect("#submission-told").ToContainTextAsync("Only one upload can run at a time");
        await page.Locator("#submission-cancel").ClickAsync();
        await page.Expect("#submission-told").ToHaveTextAsync("slow.csv: canceled. Nothing was stored.");
        await page.Expect("#submission-input").ToBeFocusedAsync();
    });

    private static async Task DropAsync(IPage page, string zone, string name, string text)
    {
        var data = await page.EvaluateHandleAsync(
            "([name, text]) => { const data = new DataTransfer(); data.items.add(new File([text], name, { type: 'text/csv' })); return data; }", new[] { name, text });
        await page.DispatchEventAsync(zone, "drop", new { dataTransfer = data });
    }
}
