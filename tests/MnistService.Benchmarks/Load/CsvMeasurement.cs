using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MnistService.Benchmarks.Load;

/// <summary>Sends Kaggle's file to the service, then runs ONNX Runtime on the same images in a separate process.</summary>
internal sealed partial class CsvMeasurement(string modelFile)
{
    private readonly byte[] _csv = KaggleFile.Csv();

    internal async Task<CsvResult> RunAsync(ServerProcess service)
    {
        var (seconds, before, highest) = await SendAsync(service);
        var (forward, setUp) = await ForwardAsync();
        return new(seconds, forward, setUp, before, highest);
    }

    /// <summary>Sends the file to the service, without the ONNX Runtime measurement.</summary>
    /// <returns>Seconds from the request to the last byte of the response; the service's resident memory in bytes before the request, and its peak.</returns>
    internal async Task<(double Seconds, long Before, long Highest)> SendAsync(ServerProcess service)
    {
        service.ForgetHighest();
        var before = service.Memory.Now;
        var seconds = await SendAsync(service.Address);
        return (seconds, before, service.Memory.Highest);
    }

    private async Task<double> SendAsync(Uri service)
    {
        using var client = new HttpClient(); // a new client, so that the request opens a new connection
        var started = Stopwatch.GetTimestamp();
        await KaggleFile.SubmitAsync(client, service, _csv);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<(double Seconds, string SetUp)> ForwardAsync()
    {
        var start = ServerProcess.Peer("onnx-forward", modelFile);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Best().Match(output) is { Success: true } best
            ? (double.Parse(best.Groups["seconds"].Value, CultureInfo.InvariantCulture), best.Groups["setup"].Value)
            : throw new InvalidOperationException($"onnx-forward ended with {process.ExitCode} and without a result: {output}");
    }

    [GeneratedRegex("best: (?<seconds>[0-9.]+) s, [0-9]+ images/s, (?<setup>.*)")]
    private static partial Regex Best();
}
