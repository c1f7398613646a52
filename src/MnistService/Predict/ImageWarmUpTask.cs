using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Predict;

/// <summary>
/// Startup task that decodes images, so that loading Skia and JIT compilation do not delay the first client. The task uses no service of the application, so it
/// begins when the process starts, while one thread builds the application and the other processors are idle.
/// </summary>
internal sealed class ImageWarmUpTask : IStartupTask
{
    private static readonly Lazy<Task> Running = new(() => Task.Factory.StartNew(ImageWarmUp.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    public string Name => "images";

    /// <summary>Begins the task on a dedicated thread. Repeated calls do nothing.</summary>
    internal static void Begin() => _ = Running.Value;

    /// <summary>Waits up to 10 s for the task to end, and ignores its exception. The process must not exit while a thread runs native code.</summary>
    internal static void End() => Task.WaitAny([Running.Value], LongestEnd);

    /// <summary>Waits until the task has ended, and rethrows its exception.</summary>
    public void Run() => Running.Value.GetAwaiter().GetResult();
}
