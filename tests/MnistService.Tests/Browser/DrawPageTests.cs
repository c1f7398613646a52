using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MnistService.Drawings;

namespace MnistService.Tests.Browser;

/// <summary>The drawing view: drawing, recognition, labels, the game and the collection.</summary>
public sealed partial class DrawPageTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    /// <summary>Status of a prediction for the beginning of a stroke, which may not be a digit yet.</summary>
    private const string NoDigitYet = "422";

    private Uri Address => new(application.Start().BaseAddress!, "/");

    /// <summary>The layout does not shift while the page loads or when a prediction is shown (cumulative layout shift).</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Nothing_jumps(bool onPhone) => Chromium.OpenAsync(Address, async page =>
    {
        await page.AddInitScriptAsync("""
            window.shifted = 0;
            new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifted += entry.value; }).observe({ type: 'layout-shift', buffered: true });
            """);
        await page.ReloadAsync();
        await page.Expect("#status-state").ToHaveTextAsync("ready");
        await page.DrawAsync(9);
        await page.ReadAsync(9);
        await page.CollectAsync(9);
        await page.Expect("#labels-told").ToContainTextAsync("Collected as a 9");
        Assert.InRange(await page.EvaluateAsync<double>("window.shifted"), 0, 0.01); // Web Vitals: up to 0.1 is good
    }, NoDigitYet, onPhone ? Chromium.Phone : Chromium.Desktop);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_drawing_is_read_while_it_is_drawn_and_what_the_network_saw_is_shown(bool onPhone) => Chromium.OpenAsync(Address, async page =>
    {
        await page.DrawAsync(7);
        await page.ReadAsync(7);
        await page.Expect("#confidence").ToContainTextAsync("confidence");
        await page.Expect("#bars li.best .name").ToHaveTextAsync("7");
        await page.Expect("#bars li").ToHaveCountAsync(10);
        foreach (var stage in new[] { "decode", "queue", "compute", "transfer", "total" })
            await page.Expect($"#stage-{stage}").ToHaveTextAsync(Milliseconds());
        Assert.InRange(await InkAsync(page), 20, 300); // of 784 pixels
        await page.Expect("#spoken").ToHaveTextAsync(new Regex(@"^7, (> )?[\d.]+ % confidence$"));
        await page.FitsAsync();
        await page.ShowAsync(onPhone ? "draw-phone" : "draw");

        await page.Locator("#clear").ClickAsync();
        await page.Expect("#answer").ToHaveTextAsync("?");
        Assert.Equal(0, await InkAsync(page));
        await page.DrawAsync(4, hand: 2);
        await page.ReadAsync(4);
    }, NoDigitYet, onPhone ? Chromium.Phone : Chromium.Desktop);

    [Fact]
    public Task A_drawing_that_is_no_digit_or_several_digits_is_not_called_a_digit() => Chromium.OpenAsync(Address, async page =>
    {
        await page.DrawAsync([new(-0.5f, -0.5f), new(0.5f, 0.5f)], [new(0.5f, -0.5f), new(-0.5f, 0.5f)], [new(-0.5f, 0), new(0.5f, 0)], [new(0, -0.5f), new(0, 0.5f)]);
        await page.Expect("#confidence").ToContainTextAsync("This does not look like a digit. The most probable digit is");
        await page.Expect("#bars li.best").ToHaveCountAsync(0);
        await page.Expect("#answer").ToHaveTextAsync("?");
        await page.ShowAsync("draw-no-digit");

        await page.Locator("#clear").ClickAsync();
        await page.DrawTwoThreesAsync();
    }, NoDigitYet);

    /// <summary>The box is over the digit, also on a screen with another scale. The overlay changes neither the layout nor the image that is sent.</summary>
    [Theory]
    [InlineData(ColorScheme.Light, 1, 1280)]
    [InlineData(ColorScheme.Dark, 2, 390)]
    public Task The_box_of_the_digit_is_drawn_over_the_pad(ColorScheme colors, float scale, int width) => Chromium.OpenAsync(Address, async page =>
    {
        List<string> sent = [];
        page.Request += (_, request) => sent.Add(request.Url);
        await page.DrawAsync(7);
        await page.ReadAsync(7);
        await page.Expect("#pad-boxes text").ToHaveTextAsync(["7"]);
        await page.Expect("#pad-boxes svg").ToHaveAttributeAsync("aria-hidden", "true");
        var ink = await InkOfPadAsync(page);
        var box = await RectangleAsync(page.Locator("#pad-boxes rect"));
        for (var side = 0; side < 4; side++) Assert.InRange(box[side], ink[side] - 4, ink[side] + 4);
        await page.Expect("#ignored").ToBeEmptyAsync();
        Assert.All(sent.FindAll(url => url.Contains("/predict", StringComparison.Ordinal)), url => Assert.Contains("invert=always", url, StringComparison.Ordinal));
        await page.Expect(".seen").ToContainTextAsync("The network receives white ink on black.");
        await page.ShowAsync($"draw-box-{colors}");

        await page.Locator("#clear").ClickAsync();
        await page.Expect("#pad-boxes rect").ToHaveCountAsync(0);
    }, NoDigitYet, new() { ColorScheme = colors, DeviceScaleFactor = scale, ViewportSize = new() { Width = width, Height = 1000 } });

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public Task All_digits_of_a_drawing_are_shown_with_their_boxes_and_network_inputs(ColorScheme colors, int width) => Chromium.OpenAsync(Address, async page =>
    {
        await page.DrawTwoThreesAsync();
        await page.Expect("#pad-boxes text").ToHaveTextAsync(["3", "3"]);
        var (first, second) = (await RectangleAsync(page.Locator("#pad-boxes rect").First), await RectangleAsync(page.Locator("#pad-boxes rect").Last));
        Assert.True(first[2] < second[0], $"The first box ends at {first[2]}, the second starts at {second[0]}.");
        await page.Expect("#seen-digits li span").ToContainTextAsync(["3: ", "3: "]);
        await page.Expect("#seen").ToBeHiddenAsync();
        await page.Expect("#spoken").ToHaveTextAsync("Several digits: 33. Draw only one.");
        await page.FitsAsync();
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('.stages dt')].every(e => e.clientHeight < 30)"), "The network inputs leave no room for the latency.");
        await page.ShowAsync($"draw-several-{colors}");

        await page.Locator("#clear").ClickAsync();
        await page.DrawAsync(7);
        await page.ReadAsync(7);
        await page.Expect("#seen-digits").ToBeHiddenAsync();
        await page.Expect("#seen").ToBeVisibleAsync();
        await page.Expect("#pad-boxes text").ToHaveTextAsync(["7"]);
    }, NoDigitYet, new() { ColorScheme = colors, ViewportSize = new() { Width = width, Height = 1000 } });

    [Fact]
    public Task Ignored_marks_are_counted() => Chromium.OpenAsync(Address, async page =>
    {
        await page.DrawAsync([.. Handwriting.Write(7, new Random(1)), [new(0.65f, -0.65f), new(0.66f, -0.65f)]]);
        await page.ReadAsync(7);
        await page.Expect("#ignored").ToHaveTextAsync("1 mark was ignored.");
        await page.Expect("#spoken").ToHaveTextAsync(new Regex(@"^7, .* % confidence; 1 mark was ignored\.$"));
        await page.Expect("#pad-boxes text").ToHaveTextAsync(["7"]);
        await page.ShowAsync("draw-ignored");
    }, NoDigitYet);

    [Fact]
    public Task Strokes_are_taken_back_one_by_one() => Chromium.OpenAsync(Address, async page =>
    {
        await page.Expect("#undo").ToBeDisabledAsync();
        await page.DrawAsync(1);
        await page.ReadAsync(1);
        await page.Locator("#undo").ClickAsync();
        await page.Expect("#answer").ToHaveTextAsync("?");
        await page.Expect("#undo").ToBeDisabledAsync();
    }, NoDigitYet);

    [Fact]
    public Task A_digit_can_be_drawn_with_keys_alone() => Chromium.OpenAsync(Address, async page =>
    {
        await page.Locator("#pad").FocusAsync();
        for (var i = 0; i < 10; i++) await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("Space");
        for (var i = 0; i < 20; i++) await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Space");
        await page.ReadAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await page.Expect("#answer").ToHaveTextAsync("?");
    }, NoDigitYet);

    /// <summary>After several drawings in quick succession the page shows the prediction for the last one, and it does not run requests in parallel.</summary>
    [Fact]
    public Task Only_the_newest_drawing_is_answered() => Chromium.OpenAsync(Address, async page =>
    {
        var (running, most) = (0, 0);
        page.Request += (_, request) => most = Math.Max(most, request.Url.Contains("/predict", StringComparison.Ordinal) ? ++running : running);
        page.RequestFinished += (_, request) => running -= request.Url.Contains("/predict", StringComparison.Ordinal) ? 1 : 0;
        page.RequestFailed += (_, request) => running -= request.Url.Contains("/predict", StringComparison.Ordinal) ? 1 : 0;
        foreach (var digit in new[] { 3, 8, 5, 2 })
        {
            await page.Locator("#pad").PressAsync("Escape");
            await page.DrawAsync(digit);
        }
        await page.ReadAsync(2);
        Assert.InRange(most, 1, 2); // the event of an aborted request may arrive after the next request began
    }, NoDigitYet);

    [Fact]
    public Task The_game_asks_for_ten_digits_and_keeps_the_score() => Chromium.OpenAsync(Address, async page =>
    {
        // A result is shown for about a second; on a busy machine, an assertion that polls can miss it.
        await page.EvaluateAsync("""
            () => {
              const prompt = document.getElementById('game-prompt');
              window.prompts = [];
              new MutationObserver(() => window.prompts.push(prompt.textContent)).observe(prompt, { childList: true, characterData: true, subtree: true });
            }
            """);
        await page.Locator("#game-limit").SelectOptionAsync("0");
        await page.Locator("#game-start").ClickAsync();
        var isWrong = false;
        for (var round = 1; round <= 10; round++)
        {
            await page.Expect("#game-prompt").ToContainTextAsync($"({round} of 10)");
            var asked = int.Parse(AskedDigit().Match(await page.Locator("#game-prompt").InnerTextAsync()).Groups[1].Value, null);
            if (round >= 3 && !isWrong && asked != 3) // if a 3 is asked for, the first of two is already right
            {
                isWrong = true;
                await page.DrawTwoThreesAsync();
                await page.Locator("#game-skip").ClickAsync();
                await page.WaitForFunctionAsync("text => window.prompts.includes(text)", $"{asked}: incorrect. Several digits: 33.");
                continue;
            }
            await page.DrawAsync(asked, hand: 1);
            await page.WaitForFunctionAsync("text => window.prompts.some(shown => shown.includes(text))", $"{asked}: correct!");
        }
        await page.Expect("#game-score .headline").ToContainTextAsync("9 of 10");
        await page.Expect("#game-score .digits li span").ToContainTextAsync(["Several digits: 33."]);
        await page.Locator("#game-score button").ClickAsync();
        await page.Expect("#collection-count").ToHaveTextAsync("9 digits");
        await page.ShowAsync("game");
    }, NoDigitYet);

    /// <summary>A tab does not overwrite the digits that another tab has collected in the meantime.</summary>
    [Fact]
    public Task Two_tabs_share_one_collection() => Chromium.OpenAsync(Address, async page =>
    {
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(Address.AbsoluteUri);
        await other.OpenedAsync("draw");
        foreach (var (tab, digit) in new[] { (page, 1), (other, 2), (page, 3) })
        {
            await tab.BringToFrontAsync();
            await tab.DrawAsync(digit);
            await tab.ReadAsync(digit);
            await tab.CollectAsync(digit);
        }
        foreach (var tab in new[] { page, other }) await tab.Expect("#collection-digits li span").ToHaveTextAsync(["1", "2", "3"]);
        await other.BringToFrontAsync();
        await other.Locator("#labels-told button").ClickAsync(); // removes the digit of this tab, not the last one
        foreach (var tab in new[] { page, other }) await tab.Expect("#collection-digits li span").ToHaveTextAsync(["1", "3"]);
    }, NoDigitYet);

    /// <summary>Clearing the pad during a stroke ends the stroke. Pointer movement until the button is released draws nothing and causes no error.</summary>
    [Fact]
    public Task A_stroke_ends_when_the_pad_is_cleared() => Chromium.OpenAsync(Address, async page =>
    {
        var box = (await page.Locator("#pad").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 100, box.Y + 50);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + 100, box.Y + 150);
        await page.Keyboard.PressAsync("Escape");
        await page.Mouse.MoveAsync(box.X + 100, box.Y + 250);
        await page.Expect("#clear").ToBeDisabledAsync();
        await page.Mouse.UpAsync();
        await page.DrawAsync(1);
        await page.ReadAsync(1);
    }, NoDigitYet);

    /// <summary>After a stop, neither the round that was just finished nor the score appears again.</summary>
    [Fact]
    public Task A_game_that_is_stopped_stays_stopped() => Chromium.OpenAsync(Address, async page =>
    {
        await page.Locator("#game-start").ClickAsync();
        await page.Expect("#game-bar").ToBeInViewportAsync();
        await page.Locator("#game-skip").ClickAsync();
        await page.Locator("#game-stop").ClickAsync();
        await page.Expect("#game-bar").ToBeHiddenAsync();
        await page.DrawAsync(5);
        await page.ReadAsync(5);
        await page.WaitForTimeoutAsync(1000);
        await page.Expect("#answer").ToHaveTextAsync("5");
        await page.Expect("#game-score").ToBeEmptyAsync();
    }, NoDigitYet);

    [Fact]
    public Task What_is_labelled_is_kept_over_a_reload_and_can_be_forgotten() => Chromium.OpenAsync(Address, async page =>
    {
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        foreach (var digit in new[] { 3, 5 })
        {
            await page.DrawAsync(digit);
            await page.ReadAsync(digit);
            await page.CollectAsync(digit);
            await page.Expect("#answer").ToHaveTextAsync("?");
        }
        await page.Expect("#collection-digits li").ToHaveCountAsync(2);
        await page.ReloadAsync();
        await page.Expect("#collection-digits li").ToHaveCountAsync(2);
        await page.Expect("#status-collected").ToHaveTextAsync("2 digits");
        await page.Locator("#collection-digits li:first-child button").ClickAsync();
        await page.Expect("#collection-count").ToHaveTextAsync("1 digit");
        await page.Expect("#status-collected").ToHaveTextAsync("1 digit");
        await page.Locator("#collection-clear").ClickAsync();
        await page.Expect("#collection-digits li").ToHaveCountAsync(0);
    }, NoDigitYet);

    [Fact]
    public async Task The_page_is_small_and_nothing_of_it_comes_from_elsewhere()
    {
        var (bytes, files) = (0L, new List<string>());
        await Chromium.OpenAsync(Address, async page =>
        {
            page.Response += (_, response) => files.Add(response.Url);
            await page.ReloadAsync();
            await page.Expect("#status-state").ToHaveTextAsync("ready");
        });
        using var client = application.Start();
        foreach (var file in files.Distinct().Where(url => !url.Contains("/health", StringComparison.Ordinal)))
        {
            var answer = await client.GetAsync(file, TestHttp.Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            bytes += (await answer.Content.ReadAsByteArrayAsync(TestHttp.Cancellation)).Length;
        }
        Assert.InRange(files.Distinct().Count(), 5, 20);
        Assert.InRange(bytes, 10_000, 100_000);
    }

    /// <summary>Left, top, right and bottom of the ink on the pad, in pixels of the window.</summary>
    private static Task<double[]> InkOfPadAsync(IPage page) => page.EvaluateAsync<double[]>("""
        () => {
          const pad = document.getElementById('pad'), { data } = pad.getContext('2d').getImageData(0, 0, pad.width, pad.height), bounds = [Infinity, Infinity, 0, 0];
          for (let i = 0; i < pad.width * pad.height; i++) {
            if (data[4 * i + 3] < 128) continue;
            const [x, y] = [i % pad.width, Math.floor(i / pad.width)];
            bounds.splice(0, 4, Math.min(bounds[0], x), Math.min(bounds[1], y), Math.max(bounds[2], x), Math.max(bounds[3], y));
          }
          const place = pad.getBoundingClientRect(), scale = place.width / pad.width;
          return bounds.map((value, i) => value * scale + (i % 2 === 0 ? place.left : place.top));
        }
        """);

    private static async Task<double[]> RectangleAsync(ILocator element) =>
        await element.EvaluateAsync<double[]>("element => { const { left, top, right, bottom } = element.getBoundingClientRect(); return [left, top, right, bottom]; }");

    /// <summary>Number of pixels above 0 in the 28×28 input of the network that the page shows.</summary>
    private static Task<int> InkAsync(IPage page) => page.EvaluateAsync<int>(
        "() => { const c = document.getElementById('seen'); return c.getContext('2d').getImageData(0, 0, 28, 28).data.filter((v, i) => i % 4 === 0 && v > 0).length; }");

    [GeneratedRegex(@"^[\d.]+ ms$")]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"Draw an? (\d)")]
    private static partial Regex AskedDigit();
}
