using System.Runtime.InteropServices;

namespace MnistService.Benchmarks;

/// <summary>Who runs on which processor: the sender on the last, what is measured on the others, so that neither takes the other's time.</summary>
internal static partial class Processors
{
    private const int MaskWords = 16, WordBits = 64;

    /// <summary>The sender's.</summary>
    internal static int Last { get; } = Environment.ProcessorCount - 1;

    /// <summary>The others, as <c>taskset -c</c> wants them.</summary>
    internal static string Others => Last <= 1 ? "0" : $"0-{Last - 1}";

    internal static void RunThisThreadOn(int processor)
    {
        var mask = new ulong[MaskWords];
        mask[processor / WordBits] = 1UL << (processor % WordBits);
        if (sched_setaffinity(0, MaskWords * sizeof(ulong), mask) < 0) throw new InvalidOperationException($"Processor {processor} cannot be had.");
    }

    [LibraryImport("libc.so.6")]
    private static partial int sched_setaffinity(int thread, nint bytes, ulong[] mask);
}
