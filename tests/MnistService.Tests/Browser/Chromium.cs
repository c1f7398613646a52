using System.Collections.Concurrent;
using Microsoft.Playwright;
using MnistService.Tests.Browser;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace MnistService.Tests.Browser;

/// <summary>
/// A real browser without a window, one for all tests, each in a profile of its own: the setting CHROMIUM_PATH, or Debian's package chromium. Tests that need it
/// are skipped, with the reason, where there is none.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Setting = "CHROMIUM_PATH";

    /// <summary>Milliseconds; a machine that builds beside the tests is slow.</summary>
    private const float Patience = 20_000;

    // The last four keep it from looking for its maker's servers.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private static readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> Started = new(StartAsync);

    internal static BrowserNewContextOptions Desktop => new() { ViewportSize = new() { Width = 1280, Height = 1400 } };

    internal static BrowserNewContextOptions Phone => new() { ViewportSize = new() { Width = 390, Height = 844 }, IsMobile = true, HasTouch = true, DeviceScaleFactor = 2 };

    private static string? Executable { get; } =
        new[] { Environment.GetEnvironmentVariable(Setting), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
            .FirstOrDefault(path => path is not null && File.Exists(path));

    /// <summary>Opens a page; it may complain of nothing and ask no other host for anything.</summary>
    /// <param name="address">Of the page.</param>
    /// <param name="test">What is done on it.</param>
    /// <param name="expectedComplaint">Chromium calls every answer from 400 on an error; the one that the test provokes.</param>
    /// <param name="device">Its screen; a desktop's when left out.</param>
    internal static async Task OpenAsync(Uri address, Func<IPage, Task> test, string? expectedComplaint = null, BrowserNewContextOptions? device = null)
    {
        Assert.SkipWhen(Executable is null, $"There is no Chromium: install Debian's package chromium, or name one in {Setting}.");
        var (_, browser) = await Started.Value;
        await using var context = await browser.NewContextAsync(device ?? Desktop);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        var complaints = new ConcurrentQueue<string>(); // events come on another thread, also during the assertion
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != address.Authority) complaints.Enqueue($"asked {request.Url}");
        };
        await page.GotoAsync(address.AbsoluteUri);
        await test(page);
        Assert.DoesNotContain(complaints, complaint => expectedComplaint is null || !complaint.Contains(expectedComplaint, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (!Started.IsValueCreated) return;
        var (playwright, browser) = await Started.Value;
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments }));
    }
}
