using Microsoft.Playwright;
using MnistService.Drawings;
using SkiaSharp;

namespace MnistService.Tests.Browser;

/// <summary>User actions on the page, as extension methods.</summary>
internal static class PageActions
{
    /// <summary>Draws a digit with the mouse, in handwritten strokes.</summary>
    /// <param name="digit">Digit to draw, 0–9.</param>
    /// <param name="hand">Random seed of the handwriting.</param>
    internal static Task DrawAsync(this IPage page, int digit, int hand = 1) => page.DrawAsync([.. Handwriting.Write(digit, new Random(hand))]);

    /// <summary>Draws strokes on the pad.</summary>
    /// <param name="strokes">Points; a height of 1 is 65 % of the pad, and (0, 0) is its center.</param>
    internal static async Task DrawAsync(this IPage page, params SKPoint[][] strokes)
    {
        var pad = page.Locator("#pad");
        await pad.ScrollIntoViewIfNeededAsync();
        var box = (await pad.BoundingBoxAsync())!;
        foreach (var stroke in strokes)
        {
            var points = stroke.Where((_, i) => i % 3 == 0 || i == stroke.Length - 1)
                .Select(point => (X: box.X + box.Width * (0.5f + 0.65f * point.X), Y: box.Y + box.Height * (0.5f + 0.65f * point.Y))).ToList();
            await page.Mouse.MoveAsync(points[0].X, points[0].Y);
            await page.Mouse.DownAsync();
            await Task.WhenAll(points.Skip(1).Select(point => page.Mouse.MoveAsync(point.X, point.Y))); // sent in order, without a wait for a frame after each
            await page.Mouse.UpAsync();
        }
    }

    /// <summary>Draws two digits beside each other, and waits for the message.</summary>
    internal static async Task DrawTwoThreesAsync(this IPage page)
    {
        await page.DrawAsync(Three(-0.4f), Three(0.4f));
        await page.Expect("#confidence").ToHaveTextAsync("Several digits: 33. Draw only one.");

        static SKPoint[] Three(float x) => [.. Handwriting.Write(3, new Random(1)).Single().Select(point => new SKPoint(x + 0.6f * point.X, 0.6f * point.Y))];
    }

    /// <summary>Waits until the page shows this digit as its prediction.</summary>
    internal static Task ReadAsync(this IPage page, int digit) => Assertions.Expect(page.Locator("#answer")).ToHaveTextAsync($"{digit}");

    /// <summary>Labels the drawing with this digit, regardless of the prediction.</summary>
    internal static Task CollectAsync(this IPage page, int digit) => page.Locator($"#labels button:nth-child({digit + 1})").ClickAsync();

    /// <summary>Opens a view by its link in the navigation.</summary>
    internal static async Task GoAsync(this IPage page, string view)
    {
        await page.Locator($"nav a[href='#{view}']").ClickAsync();
        await page.OpenedAsync(view);
        await page.Expect($"#{view} h2").ToBeFocusedAsync(); // so that a screen reader announces the view
    }

    /// <summary>Waits until a view is visible and accepts clicks and files.</summary>
    internal static Task OpenedAsync(this IPage page, string view) => page.Locator($"#{view}:not([inert], [hidden])").WaitForAsync();

    internal static ILocatorAssertions Expect(this IPage page, string selector) => Assertions.Expect(page.Locator(selector));

    /// <summary>Asserts that the page is not wider than the screen.</summary>
    internal static async Task FitsAsync(this IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");

    /// <summary>Saves a screenshot to the folder named by the environment variable SCREENSHOTS. Does nothing if the variable is not set.</summary>
    internal static async Task ShowAsync(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
