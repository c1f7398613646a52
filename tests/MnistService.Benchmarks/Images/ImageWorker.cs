using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MnistService.Model.Imaging;

namespace MnistService.Benchmarks.Images;

/// <summary>
/// Converts image files as the service does for <c>/predict</c>, up to the network's input. The commands on standard input are those of <c>opencv_pipeline.py</c>.
/// </summary>
internal static class ImageWorker
{
    /// <returns>Exit code 0 at the end of the input.</returns>
    internal static int Run(string[] files)
    {
        var images = Array.ConvertAll(files, File.ReadAllBytes);
        Console.WriteLine(RuntimeInformation.FrameworkDescription);
        while (Console.ReadLine()?.Split(' ') is [var command, var index, .. var count])
        {
            var image = images[int.Parse(index, CultureInfo.InvariantCulture)];
            Console.WriteLine(command == "read" ? Read(image) : Time(image, int.Parse(count[0], CultureInfo.InvariantCulture)));
        }
        return 0;
    }

    private static IReadOnlyList<DigitImage> Convert(byte[] image) => ImageReader.ReadMarks(image, ImageOptions.Default).ToInputs();

    private static string Read(byte[] image) => Convert(image) is [var only] ? System.Convert.ToHexString(only.Pixels.Span) : "";

    private static string Time(byte[] image, int count)
    {
        var times = new double[count];
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Convert(image);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }
        var processor = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
        return string.Join(' ', times.Prepend(processor).Select(time => time.ToString("F1", CultureInfo.InvariantCulture)));
    }
}
