using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MnistService.Model.Tests.Weights.PyTorch;

/// <summary>Processor time of the calling thread. Unlike wall-clock time, it does not depend on what else runs on the machine.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID, see clock_gettime(2)

    /// <summary>Processor time that the calling thread has used. On systems other than Linux, the wall-clock time.</summary>
    internal static TimeSpan Now => OperatingSystem.IsLinux() && GetTime(ThreadClock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds + time.Nanoseconds / 1e9)
        : Stopwatch.GetElapsedTime(0);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        internal long Seconds, Nanoseconds;
    }
}
