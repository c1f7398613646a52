using System.Runtime.InteropServices;

namespace MnistService.Model.Runtime;

/// <summary>What Linux offers and .NET does not.</summary>
public static partial class Linux
{
    private const int ReadOnly = 0, OwnThread = 0, Idle = 5, Process = 0;

    /// <summary>Writes a folder's entries to the disk: a rename is only then there after the power went. What cannot be flushed is left to the kernel.</summary>
    public static void FlushDirectory(string path)
    {
        var folder = open(path, ReadOnly);
        if (folder < 0) return;
        _ = fsync(folder);
        _ = close(folder);
    }

    /// <summary>
    /// Lets the calling thread run when no other wants to (sched(7): SCHED_IDLE): whichever wakes up takes the processor from it at once. .NET's
    /// <see cref="ThreadPriority"/> does nothing on Linux, and threads that it starts are as
    /// any other.
    /// </summary>
    /// <returns>False when the kernel refused.</returns>
    public static bool YieldToOthers()
    {
        var parameter = 0;
        return sched_setscheduler(OwnThread, Idle, in parameter) == 0;
    }

    /// <summary>
    /// Lets the calling thread have less of a processor that others want too (setpriority(2), which on Linux concerns a thread): about a tenth at 10, and
    /// whoever wakes up beside it runs at once.
    /// </summary>
    /// <returns>False when the kernel refused.</returns>
    public static bool BeNice(int nice) => setpriority(Process, OwnThread, nice) == 0;

    /// <summary>Whether the calling thread is of that kind.</summary>
    internal static bool Yields => sched_getscheduler(OwnThread) == Idle;

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc.so.6")]
    private static partial int fsync(int file);

    [LibraryImport("libc.so.6")]
    private static partial int close(int file);

    [LibraryImport("libc.so.6")]
    private static partial int setpriority(int which, int who, int nice);

    [LibraryImport("libc.so.6")]
    private static partial int sched_setscheduler(int thread, int policy, in int parameter);

    [LibraryImport("libc.so.6")]
    private static partial int sched_getscheduler(int thread);
}
