using System.Diagnostics;
using System.Globalization;
using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Images;

/// <summary>
/// A process on one core that converts image files into the network's 28×28 input: the service's pipeline (<see cref="ImageWorker"/>) or OpenCV's
/// (<c>opencv_pipeline.py</c>). Both read the same commands and measure themselves, so the time does not include the communication.
/// </summary>
internal sealed class PipelineProcess : IDisposable
{
    /// <summary>Debian's Python, which has Debian's package python3-opencv; another Python on the search path may not have it.</summary>
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;

    private PipelineProcess(Process process, string version) => (_process, Version) = (process, version);

    /// <summary>The program that converts the images, with its version.</summary>
    internal string Version { get; }

    internal static PipelineProcess StartService(IEnumerable<string> files)
    {
        var start = ServerProcess.Peer(["images-worker", .. files]);
        return TryStart([start.FileName, .. start.ArgumentList], out var reason) ?? throw new InvalidOperationException(reason);
    }

    /// <param name="mode">No arguments, or <c>--gray</c>.</param>
    /// <param name="reason">Receives the reason why OpenCV cannot be measured.</param>
    /// <returns><c>null</c> if OpenCV is not installed.</returns>
    internal static PipelineProcess? TryStartOpenCv(IEnumerable<string> mode, IEnumerable<string> files, out string reason)
    {
        reason = $"{Python} is not installed (Debian: apt install python3-opencv)";
        if (!File.Exists(Python)) return null;
        using var script = new StreamReader(typeof(PipelineProcess).Assembly.GetManifestResourceStream("opencv_pipeline.py")!);
        return TryStart([Python, "-c", script.ReadToEnd(), .. mode, .. files], out reason);
    }

    /// <summary>Returns the network's input that the pipeline computes for an image; <c>null</c> if it finds none.</summary>
    internal byte[]? Read(int image)
    {
        var pixels = Convert.FromHexString(Ask($"read {image}"));
        return pixels.Length == 0 ? null : pixels;
    }

    /// <summary>Converts an image several times.</summary>
    internal PipelineTime Measure(int image, int count)
    {
        var numbers = Array.ConvertAll(Ask(string.Create(CultureInfo.InvariantCulture, $"time {image} {count}")).Split(' '), number => double.Parse(number, CultureInfo.InvariantCulture));
        return new(Spread.Of(numbers.Skip(1)).Median / 1000, numbers[0] / 1000);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static PipelineProcess? TryStart(string[] command, out string reason)
    {
        var start = new ProcessStartInfo("taskset", ["-c", Processors.Last.ToString(CultureInfo.InvariantCulture), .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        reason = "";
        if (process.StandardOutput.ReadLine() is { } version)
        {
            process.BeginErrorReadLine(); // otherwise the pipe may fill up and block the process
            return new(process, version);
        }
        reason = process.StandardError.ReadToEnd().Trim().Split('\n')[^1] + " (Debian: apt install python3-opencv)";
        process.WaitForExit();
        process.Dispose();
        return null;
    }

    private string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The process that measures '{Version}' ended.");
    }
}

/// <summary>Time to convert one image.</summary>
/// <param name="Median">Median of the wall-clock times in milliseconds.</param>
/// <param name="Processor">Mean processor time in milliseconds. Other processes on the core hardly change it.</param>
internal readonly record struct PipelineTime(double Median, double Processor);
