using System.Collections.Concurrent;
using Microsoft.Playwright;
using MnistService.Tests.Browser;
using MnistService.TestSupport;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace MnistService.Tests.Browser;

/// <summary>
/// A real headless browser that all tests share; each test has its own browser context. The environment variable CHROMIUM_PATH names the executable; otherwise
/// an installed Chromium or Google Chrome is used. A browser is a <see cref="Requirement"/> of the tests.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Setting = "CHROMIUM_PATH";

    /// <summary>Timeout of page actions and expectations, in milliseconds. It allows for a machine that builds during the tests.</summary>
    private const float Patience = 20_000;

    // The last four arguments keep Chromium from contacting its vendor's servers.
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

    /// <summary>Opens a page and runs a test on it. Fails if the page logs an unexpected console error, throws, or sends a request to another host.</summary>
    /// <param name="address">Address of the page. Requests to other hosts or ports fail the test.</param>
    /// <param name="test">Actions and assertions on the open page.</param>
    /// <param name="expectedComplaint">
    /// Text in the console errors that the test provokes. Chromium logs an error for each response with a status of 400 or more. If <c>null</c>, every error
    /// fails the test.
    /// </param>
    /// <param name="device">Screen and other context options; a desktop if <c>null</c>.</param>
    internal static async Task OpenAsync(Uri address, Func<IPage, Task> test, string? expectedComplaint = null, BrowserNewContextOptions? device = null)
    {
        Requirement.Check(Executable is not null, $"Chromium cannot be found. Install Debian's package chromium or set {Setting} to the path of an executable.");
        var (_, browser) = await Started.Value;
        await using var context = await browser.NewContextAsync(device ?? Desktop);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        var complaints = new ConcurrentQueue<string>(); // events arrive on another thread, even during the assertion
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Enqueue($"{message.Text} {message.Location}");
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != address.Authority) complaints.Enqueue($"request to another host: {request.Url}");
        };
        await page.GotoAsync(address.AbsoluteUri);
        await test(page);
        var unexpected = complaints.Where(complaint => expectedComplaint is null || !complaint.Contains(expectedComplaint, StringComparison.Ordinal)).ToArray();
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
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
