using System.Runtime.InteropServices;

namespace MnistService.Model.Native;

/// <summary>
/// How much freed memory glibc's malloc keeps. A training job reuses the same tens of megabytes in each step, so it keeps all of it; the service between jobs
/// keeps little. All methods are safe for all threads and apply to the whole process.
/// </summary>
public static partial class MallocTuning
{
    private const int TrimThreshold = -1, MmapThreshold = -3, ArenaMax = -8; // mallopt(3)

    /// <summary>Bytes above which an allocation is a mapping of its own, which is returned when it is freed: a large bitmap.</summary>
    private const int ServingMmap = 4 << 20;

    /// <summary>Free bytes at the end of an arena above which they are returned.</summary>
    private const int ServingTrim = 8 << 20;

    private const int TrainingMmap = 1 << 30, TrainingTrim = 512 << 20;

    /// <summary>glibc looks at the end of an arena when at least 64 kB are freed in it.</summary>
    private const int LargeEnoughToTrim = 128 << 10;

    /// <summary>
    /// The runtime's own threads have made eight arenas before the first line of Main; a process that did not call <see cref="Prepare"/> has up to eight per
    /// processor. Twice as many threads and more, in case an arena is in use at its first turn.
    /// </summary>
    private const int Visitors = 40;

    private const int VisitorStack = 256 << 10;

    private static readonly Lock Returning = new();

    /// <summary>Limits the number of arenas, which glibc fixes at the ninth, and sets the thresholds of serving.</summary>
    internal static void Prepare()
    {
        _ = mallopt(ArenaMax, 2);
        Set(ServingMmap, ServingTrim);
    }

    /// <summary>Keeps what is freed, until <see cref="Return"/>: fresh pages for each activation would cost a third of an epoch's time.</summary>
    public static void Keep() => Set(TrainingMmap, TrainingTrim);

    /// <summary>
    /// Returns what was freed to the kernel (some milliseconds). <c>malloc_trim</c> alone leaves the free end of each arena but the main one, up to 64 MB. A job's
    /// threads come and go, and each gets any of the arenas, so that a service that trains now and then would grow until each arena had met the largest job.
    /// </summary>
    public static void Return()
    {
        lock (Returning)
        {
            Set(ServingMmap, LargeEnoughToTrim);
            VisitArenas();
            _ = malloc_trim(0);
            Set(ServingMmap, ServingTrim);
        }
    }

    /// <summary>
    /// Frees a block in each arena, which makes glibc return the arena's free end. A new thread gets an arena without a thread, or else the next one in turn:
    /// threads that live at the same time get different ones.
    /// </summary>
    private static void VisitArenas()
    {
        using var all = new Barrier(Visitors);
        var threads = new Thread[Visitors];
        for (var i = 0; i < Visitors; i++)
        {
            threads[i] = new Thread(Visit, VisitorStack) { Name = "return memory", IsBackground = true };
            threads[i].Start();
        }
        foreach (var thread in threads) thread.Join();

        void Visit()
        {
            free(malloc(LargeEnoughToTrim));
            all.SignalAndWait();
        }
    }

    private static void Set(int mmap, int trim)
    {
        _ = mallopt(MmapThreshold, mmap);
        _ = mallopt(TrimThreshold, trim);
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc.so.6")]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("libc.so.6")]
    private static partial nint malloc(nuint bytes);

    [LibraryImport("libc.so.6")]
    private static partial void free(nint block);
}
