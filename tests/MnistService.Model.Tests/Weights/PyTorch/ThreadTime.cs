using System.Runtime.InteropServices;

namespace MnistService.Model.Tests.Weights.PyTorch;

/// <summary>Processor time of the calling thread. Unlike the elapsed time, it does not depend on what else runs on the machine.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID, see clock_gettime(2)

    internal static TimeSpan Now
    {
        get
        {
            Assert.Equal(0, GetTime(ThreadClock, out var time));
            return TimeSpan.FromSeconds(time.Seconds + time.Nanoseconds / 1e9);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        internal long Seconds, Nanoseconds;
    }
}
