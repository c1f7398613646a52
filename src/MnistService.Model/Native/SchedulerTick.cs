using System.Numerics;
using System.Runtime.InteropServices;

namespace MnistService.Model.Native;

/// <summary>
/// Forces frequent scheduling decisions while training runs at idle priority (<see cref="Linux.YieldToOthers"/>). Until this object is disposed, one thread per
/// processor wakes up every 0.5 ms. Without these wake-ups, a serving thread could wait up to 4 ms for a processor that runs a training thread: the EEVDF
/// scheduler (Linux 6.6 and later) may rate the serving thread as not eligible until the next timer tick. The cost is about 1 % of each processor.
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
        // If a CPU quota allows fewer processors than the affinity mask, an idle processor is always available. The wake-ups would only use up the quota.
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
        if (!Linux.StayOn(processor)) return; // the processor was removed from the affinity mask: no thread of this process runs there
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
