using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MnistService.Benchmarks.Load;

/// <summary>Runs the load generator wrk, which sends one image repeatedly: closed loop, one thread, one outstanding request per connection.</summary>
internal sealed class Wrk : IDisposable
{
    private const string Mark = "measured";

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-wrk-").FullName;

    internal Wrk(byte[] picture)
    {
        var file = Path.Combine(_folder, "picture.png");
        File.WriteAllBytes(file, picture);
        File.WriteAllText(Script, $$"""
            local file = io.open("{{file}}", "rb")
            wrk.method, wrk.body = "POST", file:read("*a")
            file:close()
            wrk.headers["Content-Type"] = "image/png"

            function done(summary, latency)
                local errors = summary.errors
                io.write(string.format("{{Mark}} %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
                    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
            end
            """);
    }

    internal static bool IsInstalled
    {
        get
        {
            try
            {
                using var wrk = Process.Start(new ProcessStartInfo("wrk", ["--version"]) { RedirectStandardOutput = true })!;
                wrk.StandardOutput.ReadToEnd();
                return true;
            }
            catch (Win32Exception)
            {
                return false;
            }
        }
    }

    private string Script => Path.Combine(_folder, "post.lua");

    /// <param name="server">Base address of a server with <c>POST /predict</c>.</param>
    /// <param name="window">Duration; fractions of a second are ignored.</param>
    internal async Task<WrkResult> RunAsync(Uri server, int connections, TimeSpan window)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{(int)window.TotalSeconds}s", "-s", Script, new Uri(server, "/predict").ToString()])
        {
            RedirectStandardOutput = true,
        };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk ended with {wrk.ExitCode} and without a result: {output}");
        var values = line.Split(' ').Skip(1).Select(value => long.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return new(values[0], (values[0] - values[4]) / (values[1] / 1e6), values[2] / 1e3, values[3] / 1e3, values[4], values[5]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
