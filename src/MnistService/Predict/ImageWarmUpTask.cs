using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Predict;

/// <summary>
/// Startup task that decodes images, so that the first request is not delayed by loading Skia or by JIT compilation. The task needs no services of the
/// application. So it begins when the process starts, and runs on another processor while the application is built.
/// </summary>
internal sealed class ImageWarmUpTask : IStartupTask
{
    private static readonly Lazy<Task> Running = new(() => Task.Factory.StartNew(ImageWarmUp.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    public string Name => "images";

    /// <summary>Begins the task on a dedicated thread. Repeated calls do nothing.</summary>
    internal static void Begin() => _ = Running.Value;

    /// <summary>
    /// Waits up to 10 s until the task has ended, and ignores an exception of the task. The process must not exit while a thread runs native code.
    /// </summary>
    internal static void End() => Task.WaitAny([Running.Value], LongestEnd);

    /// <summary>Waits until the task has ended. Rethrows an exception of the task.</summary>
    public void Run() => Running.Value.GetAwaiter().GetResult();
}
