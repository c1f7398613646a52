using System.Numerics;
using System.Runtime.InteropServices;

namespace MnistService.Model.Native;

/// <summary>
/// While it lives, a thread on each processor wakes twice a millisecond, so that the kernel chooses anew who runs there. A thread that wakes up
/// beside one that <see cref="Linux.YieldToOthers"/> may not be "eligible" at that moment (EEVDF, Linux 6.6 and later) and then waits for the
/// next timer tick, up to 4 ms, on a processor that nobody else wants. Costs a hundredth of each processor.
/// </summary>
public sealed partial class SchedulerTick : IDisposable
{
    private const uint Microseconds = 500;
    private readonly List<Thread> _threads = [];
    private volatile bool _ended;

    public SchedulerTick()
    {
        var allowed = new ulong[Linux.MaskWords];
        if (sched_getaffinity(0, Linux.MaskWords * sizeof(ulong), allowed) < 0) return;
        // More processors than the process may use at a time, by a container's quota: it would be spent on ticking, and some processor is idle.
        if (allowed.Sum(word => BitOperations.PopCount(word)) > Environment.ProcessorCount) return;
        for (var processor = 0; processor < Linux.MaskWords * Linux.WordBits; processor++)
        {
            if ((allowed[processor / Linux.WordBits] >> (processor % Linux.WordBits) & 1) == 0) continue;
            var on = processor;
            var thread = new Thread(() => Tick(on)) { Name = $"tick {on}", IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }

    private void Tick(int processor)
    {
        if (!Linux.StayOn(processor)) return; // taken out of the set meanwhile: nothing of ours runs there
        while (!_ended) _ = usleep(Microseconds);
    }

    public void Dispose()
    {
        _ended = true;
        foreach (var thread in _threads) thread.Join();
    }

    [LibraryImport("libc.so.6")]
    private static partial int sched_getaffinity(int thread, nint bytes, [Out] ulong[] mask);

    [LibraryImport("libc.so.6")]
    private static partial int usleep(uint microseconds);
}
