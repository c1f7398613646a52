using Microsoft.Playwright;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Browser;

/// <summary>
/// Names chosen by users, in every view of the page. A name of 100 letters makes no element wider than the screen, and bidirectional control characters in a
/// name do not reorder the surrounding text.
/// </summary>
public sealed class PageNamesTests : IAsyncDisposable
{
    /// <summary>A right-to-left override, an unmatched pop of an isolate, and another override. This sequence breaks out of Unicode isolates.</summary>
    private const string Reordering = "\u202Edesrever\u2069\u202Eagain";

    private static readonly string Long = new('W', 100);

    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();
    private readonly HttpClient _client;

    public PageNamesTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Theory]
    [InlineData(320, ColorScheme.Light)]
    [InlineData(768, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    public async Task A_name_of_100_letters_fits_in_every_view(int width, ColorScheme colors)
    {
        await NameEverythingAsync(Long);
        await VisitAsync(width, colors, Long, async (page, view) =>
        {
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{view} is wider than {width} px.");
            var wide = await page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('body *')]
                  .filter(e => e.checkVisibility() && !e.closest('.unseen, .skip, .scroll, svg, dialog:not([open])'))
                  .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 || e.matches('h3, p, li, dd, span, strong, button, figure') && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' && getComputedStyle(e).overflowX === 'visible')
                  .map(e => `${e.tagName}#${e.id}.${e.className}: ${e.textContent.slice(0, 30)}`)
                """);
            Assert.True(wide.Length == 0, $"{view} at {width} px: {string.Join("; ", wide)}");
            await page.ShowAsync($"names-{view}-{width}");
        });
    }

    [Fact]
    public async Task A_name_with_bidirectional_controls_reorders_no_text_around_it()
    {
        await NameEverythingAsync(Reordering);
        await VisitAsync(1280, ColorScheme.Light, Reordering, async (page, view) =>
        {
            // In each text that contains such a name, Latin text after the name must run from left to right.
            var reordered = await page.EvaluateAsync<string[]>("""
                () => {
                  const found = [], walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
                  const blockOf = node => { let e = node.parentElement; while (getComputedStyle(e).display === 'inline') e = e.parentElement; return e; };
                  const at = (node, i) => { const range = document.createRange(); range.setStart(node, i); range.setEnd(node, i + 1); return range.getBoundingClientRect(); };
                  for (let node; (node = walker.nextNode());) {
                    if (!blockOf(node).checkVisibility() || !blockOf(node).textContent.includes('again')) continue;
                    const start = node.data.includes('again') ? node.data.lastIndexOf('again') + 5 : 0;
                    for (const { index } of [...node.data.matchAll(/[A-Za-z0-9][A-Za-z0-9]/g)].filter(match => match.index >= start && (start > 0 || !/desrever/.test(node.data)))) {
                      const [a, b] = [at(node, index), at(node, index + 1)];
                      if (a.width > 0 && a.top === b.top && a.left >= b.left) { found.push(node.data.slice(start, start + 60)); break; }
                    }
                  }
                  return found;
                }
                """);
            Assert.True(reordered.Length == 0, $"{view}: {string.Join("; ", reordered)}");
            // Attributes and options cannot contain elements that isolate text, so the page removes the control characters there.
            var raw = await page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('main *')].flatMap(e => [...e.attributes].filter(a => a.name !== 'value').map(a => a.value).concat(e.matches('option') ? e.textContent : []))
                  .filter(text => /[\u202a-\u202e]/.test(text))
                """);
            Assert.Empty(raw);
            await page.ShowAsync($"bidi-{view}");
        });
    }

    /// <summary>The service accepts a file name whose last 100 UTF-16 code units begin within a surrogate pair.</summary>
    [Fact]
    public Task A_long_file_name_is_not_cut_within_a_character() => Chromium.OpenAsync(new(_client.BaseAddress!, "/#submissions"), async page =>
    {
        await page.OpenedAsync("submissions");
        var name = string.Concat(Enumerable.Repeat("😀", 60)) + "a.csv";
        await page.Locator("#submission-input").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/csv", Buffer = DatasetFiles.Csv(DatasetFiles.Rows[..30]) });
        await page.Expect("#submission-told").ToContainTextAsync("was processed: 30 rows.");
    });

    /// <summary>Two bad files are uploaded. The page shows the reason for each.</summary>
    [Fact]
    public Task The_reasons_of_all_bad_files_are_shown() => Chromium.OpenAsync(new(_client.BaseAddress!, "/#submissions"), async page =>
    {
        await page.OpenedAsync("submissions");
        var files = new[] { "a.csv", "b.csv" }.Select(name => new FilePayload { Name = name, MimeType = "text/csv", Buffer = "pixel0,pixel1\n1,2\n"u8.ToArray() });
        await page.EvaluateAsync("document.getElementById('submission-input').multiple = true");
        await page.Locator("#submission-input").SetInputFilesAsync(files);
        await page.Expect("#submission-told").ToContainTextAsync("b.csv could not be processed.");
        await page.Expect("#submission-error").ToContainTextAsync("a.csv");
        await page.Expect("#submission-error").ToContainTextAsync("b.csv");
    }, expectedComplaint: "422");

    private async Task NameEverythingAsync(string name)
    {
        var escaped = Uri.EscapeDataString(name);
        var labelled = DatasetFiles.Csv(DatasetFiles.Rows[..60]);
        (await _client.PostAsync($"/submissions?name={escaped}", TestHttp.Body(labelled, "text/csv"), TestHttp.Cancellation)).EnsureSuccessStatusCode();
        var data = (string)(await (await _client.PostDatasetAsync(labelled, query: $"?name={escaped}")).JsonAsync(System.Net.HttpStatusCode.Created))["id"]!;
        foreach (var second in new[] { "", "2" }) // two models, so that the page compares them
        {
            var job = await (await _client.PostJobAsync(new { name = name[..^second.Length] + second, data, network = "mlp", epochs = 2, batchSize = 8, promote = "always" })).JsonAsync(System.Net.HttpStatusCode.Accepted);
            await _client.EndOfJobAsync((string)job["id"]!);
        }
    }

    private async Task VisitAsync(int width, ColorScheme colors, string name, Func<IPage, string, Task> check)
    {
        var device = new BrowserNewContextOptions { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = colors };
        await Chromium.OpenAsync(new(_client.BaseAddress!, "/"), async page =>
        {
            page.Dialog += (_, dialog) => _ = dialog.AcceptAsync(); // accepts the promotion, which the rule refuses without MNIST
            await page.DrawAsync(6);
            await page.ReadAsync(6);
            await page.CollectAsync(6);
            await page.EvaluateAsync("""
                () => {
                  const store = 'mnist-service-collection', [digit] = JSON.parse(localStorage[store]);
                  localStorage[store] = JSON.stringify(Array.from({ length: 20 }, (_, i) => ({ ...digit, id: `digit ${i}`, label: i % 10 })));
                }
                """);
            await page.Locator("#dataset-name").FillAsync(name);
            await page.Locator("#collection-save").ClickAsync();
            await page.Expect("#collection-saved").ToContainTextAsync("Saved 20 digits");
            await check(page, "draw");

            await page.GoAsync("pictures");
            await page.Locator("#pictures-input").SetInputFilesAsync(
            [
                new FilePayload { Name = $"{name}.png", MimeType = "image/png", Buffer = DatasetFiles.Pictures[4].Png },
                new FilePayload { Name = $"{name}2.png", MimeType = "image/png", Buffer = [1, 2, 3] },
            ]);
            await page.Expect("#pictures-progress").ToContainTextAsync("1 failed");
            await check(page, "pictures");
            await page.Locator("#gallery li").First.Locator(".open").ClickAsync();
            await page.Expect("#photo-digits canvas").ToHaveCountAsync(1);
            await check(page, "photo");
            await page.Keyboard.PressAsync("Escape");

            await page.GoAsync("submissions");
            await page.Locator("#submission-list button").First.ClickAsync();
            await page.Expect("#submission-summary .matrix").ToBeVisibleAsync();
            await page.Locator("#submission-input").SetInputFilesAsync(new FilePayload { Name = $"{name}.csv", MimeType = "text/csv", Buffer = "pixel0,pixel1\n1,2\n"u8.ToArray() });
            await page.Expect("#submission-told").ToContainTextAsync("could not be processed");
            await check(page, "submissions");

            await page.GoAsync("training");
            await page.Expect("#job .chart").ToHaveCountAsync(2);
            await page.Locator("summary:text('Advanced settings')").ClickAsync();
            await page.Locator("#job summary").ClickAsync();
            await page.Locator("#train-data").SelectOptionAsync(new SelectOptionValue { Index = 1 });
            await page.Locator("#train-start-from").SelectOptionAsync(new SelectOptionValue { Index = 1 });
            foreach (var box in await page.Locator("#jobs-list input").AllAsync()) await box.CheckAsync();
            await page.Expect("#jobs-overlay .legend").ToHaveCountAsync(2);
            await check(page, "training");

            await page.GoAsync("models");
            await page.Expect("#model-cards article").ToHaveCountAsync(2);
            var made = await page.Locator("#model-a option").EvaluateAllAsync<string[]>("options => options.slice(0, 2).map(option => option.value)");
            await page.Locator("#model-a").SelectOptionAsync(made[1]);
            await page.Locator("#model-b").SelectOptionAsync(made[0]);
            await page.Locator($"#model-cards article:has(code:text('{made[1]}')) button:text('Promote')").ClickAsync();
            await page.Expect("#models-told").ToContainTextAsync("is now serving");
            await check(page, "models");
        }, expectedComplaint: "status of 4", device: device); // 422 and 400 for bad files, 404 for missing test images
    }
}
