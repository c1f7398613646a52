using Microsoft.Playwright;
using MnistService.Drawings;

namespace MnistService.Tests.Browser;

/// <summary>What people do on the page.</summary>
internal static class PageActions
{
    /// <summary>Draws with the mouse, as a hand would.</summary>
    internal static async Task DrawAsync(this IPage page, int digit, int hand = 1)
    {
        var pad = page.Locator("#pad");
        await pad.ScrollIntoViewIfNeededAsync();
        var box = (await pad.BoundingBoxAsync())!;
        foreach (var stroke in Handwriting.Write(digit, new Random(hand)))
        {
            var points = stroke.Where((_, i) => i % 3 == 0 || i == stroke.Length - 1)
                .Select(point => (X: box.X + box.Width * (0.5f + 0.65f * point.X), Y: box.Y + box.Height * (0.5f + 0.65f * point.Y))).ToList();
            await page.Mouse.MoveAsync(points[0].X, points[0].Y);
            await page.Mouse.DownAsync();
            foreach (var (x, y) in points.Skip(1)) await page.Mouse.MoveAsync(x, y);
            await page.Mouse.UpAsync();
        }
    }

    /// <summary>The digit that the page shows as its answer, once it does.</summary>
    internal static Task ReadAsync(this IPage page, int digit) => Assertions.Expect(page.Locator("#answer")).ToHaveTextAsync($"{digit}");

    /// <summary>Says what the drawing is, whatever it was read as.</summary>
    internal static Task CollectAsync(this IPage page, int digit) => page.Locator($"#labels button:nth-child({digit + 1})").ClickAsync();

    /// <summary>Opens a view by its link.</summary>
    internal static async Task GoAsync(this IPage page, string view)
    {
        await page.Locator($"nav a[href='#{view}']").ClickAsync();
        await page.OpenedAsync(view);
        await page.Expect($"#{view} h2").ToBeFocusedAsync(); // who listens hears where they are
    }

    /// <summary>Waits until a view takes clicks and files.</summary>
    internal static Task OpenedAsync(this IPage page, string view) => page.Locator($"#{view}:not([inert], [hidden])").WaitForAsync();

    internal static ILocatorAssertions Expect(this IPage page, string selector) => Assertions.Expect(page.Locator(selector));

    /// <summary>Nothing is wider than the screen.</summary>
    internal static async Task FitsAsync(this IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");

    /// <summary>With SCREENSHOTS naming a folder, what the page looks like is kept there.</summary>
    internal static async Task ShowAsync(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
