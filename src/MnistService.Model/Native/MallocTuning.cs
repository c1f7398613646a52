using System.Runtime.InteropServices;

namespace MnistService.Model.Native;

/// <summary>
/// Controls how much freed memory glibc's malloc keeps. During a training job, malloc keeps the freed memory, because each step reuses the same tens of
/// megabytes. Between jobs, malloc keeps at most 8 MB of free memory at the end of each arena. All methods are thread-safe and apply to the whole process.
/// </summary>
public static partial class MallocTuning
{
    private const int TrimThreshold = -1, MmapThreshold = -3, ArenaMax = -8; // mallopt(3)

    /// <summary>
    /// Threshold for serving: an allocation of at least this number of bytes, such as a large bitmap, gets its own memory mapping. The mapping is removed when
    /// the allocation is freed.
    /// </summary>
    private const int ServingMmap = 4 << 20;

    /// <summary>Threshold for serving: if more than this number of bytes is free at the end of an arena, glibc returns this memory to the kernel.</summary>
    private const int ServingTrim = 8 << 20;

    private const int TrainingMmap = 1 << 30, TrainingTrim = 512 << 20;

    /// <summary>
    /// Size in bytes of a block whose release makes glibc trim its arena. glibc considers trimming an arena only when a freed block, merged with its free
    /// neighbors, has at least 64 kB.
    /// </summary>
    private const int LargeEnoughToTrim = 128 << 10;

    /// <summary>
    /// Number of threads that <see cref="VisitArenas"/> starts, so that every arena is used by at least one of them. The .NET runtime creates eight arenas
    /// before Main starts. More threads than arenas are needed, because glibc skips an arena that is in use at the moment. A process that did not call
    /// <see cref="Prepare"/> can have up to eight arenas per processor.
    /// </summary>
    private const int Visitors = 40;

    private const int VisitorStack = 256 << 10;

    private static readonly Lock Returning = new();

    /// <summary>
    /// Stops glibc from creating further arenas, and sets the thresholds for serving. Existing arenas remain. Call this while the process has at
    /// most eight arenas: when the ninth arena exists, glibc has computed its own limit, and later calls do not change that limit.
    /// </summary>
    internal static void Prepare()
    {
        _ = mallopt(ArenaMax, 2);
        Set(ServingMmap, ServingTrim);
    }

    /// <summary>
    /// Makes malloc keep freed memory until <see cref="Return"/> is called. Without this call, page faults in newly mapped memory would take a third of an
    /// epoch's time.
    /// </summary>
    public static void Keep() => Set(TrainingMmap, TrainingTrim);

    /// <summary>
    /// Returns freed memory to the kernel and restores the thresholds for serving. This takes milliseconds. A call of <c>malloc_trim</c> is not enough:
    /// <c>malloc_trim</c> returns the free memory at the end of the main arena, but not at the end of the other arenas (up to 64 MB per arena). The threads of
    /// each job get arbitrary arenas, so memory would grow until every arena had served the largest job.
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
    /// Allocates and frees a block in each arena, which makes glibc return the free end of the arena. glibc assigns to a new thread an arena that no other
    /// thread uses, or else the next arena in turn. Threads that are alive at the same time are therefore spread over all arenas.
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
