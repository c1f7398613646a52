using System.Runtime.InteropServices;

namespace MnistService.Model.Native;

/// <summary>What Linux offers and .NET does not.</summary>
public static partial class Linux
{
    private const int ReadOnly = 0, OwnThread = 0, Idle = 5;

    /// <summary>Of a set of processors (sched_setaffinity(2)): room for 1,024.</summary>
    internal const int MaskWords = 16, WordBits = 64;

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

    /// <summary>Lets the calling thread run on this processor alone.</summary>
    /// <returns>False when the process may not use it.</returns>
    public static bool StayOn(int processor)
    {
        var mask = new ulong[MaskWords];
        mask[processor / WordBits] = 1UL << (processor % WordBits);
        return sched_setaffinity(OwnThread, MaskWords * sizeof(ulong), mask) == 0;
    }

    /// <summary>Whether the calling thread yields to others.</summary>
    internal static bool Yields => sched_getscheduler(OwnThread) == Idle;

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc.so.6")]
    private static partial int fsync(int file);

    [LibraryImport("libc.so.6")]
    private static partial int close(int file);

    [LibraryImport("libc.so.6")]
    private static partial int sched_setaffinity(int thread, nint bytes, ulong[] mask);

    [LibraryImport("libc.so.6")]
    private static partial int sched_setscheduler(int thread, int policy, in int parameter);

    [LibraryImport("libc.so.6")]
    private static partial int sched_getscheduler(int thread);
}
