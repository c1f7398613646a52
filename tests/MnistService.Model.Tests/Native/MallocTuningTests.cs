using System.Globalization;
using System.Runtime.InteropServices;
using MnistService.Model.Native;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Native;

[Collection(AloneCollection.Name)]
public sealed class MallocTuningTests
{
    private const int Threads = 12, Blocks = 24, BlockBytes = 1 << 20;
    private const long Freed = (long)Threads * Blocks * BlockBytes;

    [Fact]
    public void Memory_that_threads_freed_goes_back_to_the_kernel_whichever_arena_it_was_in()
    {
        TorchRuntime.PrepareProcess();
        MallocTuning.Keep();
        try
        {
            var before = Resident();
            UseMemoryOnThreads();
            Assert.True(Resident() - before > Freed / 2, "glibc kept nothing: the test does not measure what it should.");

            MallocTuning.Return();

            Assert.InRange(Resident() - before, long.MinValue, Freed / 4);
        }
        finally
        {
            MallocTuning.Return();
        }
    }

    /// <summary>Allocates and frees memory on threads that all live at the same time, so that their blocks are spread over all arenas.</summary>
    private static unsafe void UseMemoryOnThreads()
    {
        using var all = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            var blocks = new nint[Blocks];
            for (var i = 0; i < Blocks; i++)
            {
                blocks[i] = (nint)NativeMemory.Alloc(BlockBytes);
                new Span<byte>((void*)blocks[i], BlockBytes).Fill(1);
            }
            all.SignalAndWait();
            foreach (var block in blocks) NativeMemory.Free((void*)block);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    /// <summary>Anonymous resident memory of the process in bytes.</summary>
    private static long Resident()
    {
        const string Name = "RssAnon:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
