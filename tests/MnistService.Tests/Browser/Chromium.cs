using Microsoft.Playwright;

namespace MnistService.Tests.Browser;

/// <summary>A real browser without a window: the setting CHROMIUM_PATH, or Debian's package chromium. Tests that need it are skipped, with the reason, where there is none.</summary>
internal static class Chromium
{
    private const string Setting = "CHROMIUM_PATH";

    // The last four keep it from looking for its maker's servers.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private static string? Executable { get; } =
        new[] { Environment.GetEnvironmentVariable(Setting), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
            .FirstOrDefault(path => path is not null && File.Exists(path));

    /// <summary>Opens a page; it may complain of nothing and ask no other host for anything.</summary>
    /// <param name="expectedComplaint">Chromium calls every answer from 400 on an error; the one that the test provokes.</param>
    internal static async Task OpenAsync(Uri address, Func<IPage, Task> test, string? expectedComplaint = null)
    {
        Assert.SkipWhen(Executable is null, $"There is no Chromium: install Debian's package chromium, or name one in {Setting}.");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 1400 } });
        page.SetDefaultTimeout(20_000); // milliseconds; a machine that builds beside the tests is slow
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != address.Authority) complaints.Add($"asked {request.Url}");
        };
        await page.GotoAsync(address.AbsoluteUri);
        await test(page);
        Assert.DoesNotContain(complaints, complaint => expectedComplaint is null || !complaint.Contains(expectedComplaint, StringComparison.Ordinal));
    }
}
