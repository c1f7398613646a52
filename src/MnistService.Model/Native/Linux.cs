using System.Runtime.InteropServices;

namespace MnistService.Model.Native;

/// <summary>Linux system calls that .NET does not expose.</summary>
public static partial class Linux
{
    private const int ReadOnly = 0, OwnThread = 0, Idle = 5;

    /// <summary>Number of 64-bit words of a CPU affinity mask (sched_setaffinity(2)), enough for 1,024 processors.</summary>
    internal const int MaskWords = 16;

    /// <summary>Number of bits per word of a CPU affinity mask.</summary>
    internal const int WordBits = 64;

    /// <summary>
    /// Flushes a folder's entries to the disk (fsync(2)). Without this call, a power failure can undo a rename in the folder. Errors are ignored; the kernel
    /// then writes the entries later.
    /// </summary>
    public static void FlushDirectory(string path)
    {
        var folder = open(path, ReadOnly);
        if (folder < 0) return;
        _ = fsync(folder);
        _ = close(folder);
    }

    /// <summary>
    /// Sets the calling thread to idle priority (SCHED_IDLE, sched(7)): the thread runs almost only when no other thread needs the processor, and a thread of
    /// normal priority that wakes up preempts it. .NET's <see cref="ThreadPriority"/> has no effect on Linux. The call changes only the calling thread.
    /// </summary>
    /// <returns><c>false</c> if the kernel rejected the change.</returns>
    public static bool YieldToOthers()
    {
        var parameter = 0;
        return sched_setscheduler(OwnThread, Idle, in parameter) == 0;
    }

    /// <summary>Pins the calling thread to one processor.</summary>
    /// <param name="processor">Index of the processor, 0 to 1,023.</param>
    /// <returns><c>false</c> if the process may not use this processor.</returns>
    public static bool StayOn(int processor)
    {
        var mask = new ulong[MaskWords];
        mask[processor / WordBits] = 1UL << (processor % WordBits);
        return sched_setaffinity(OwnThread, MaskWords * sizeof(ulong), mask) == 0;
    }

    /// <summary>Whether the calling thread has idle priority (SCHED_IDLE).</summary>
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
