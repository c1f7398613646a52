using System.Threading.Channels;

namespace MnistService.Model.Datasets;

/// <summary>
/// A file's blocks, read by one, worked on by as many as there are processors, collected by one in the order of the file. A few
/// blocks go round, so memory does not grow with the file, and who is slow stops the reading.
/// </summary>
/// <param name="reader">Its header has been read.</param>
/// <param name="blocks">Blocks that go round.</param>
public sealed class KaggleCsvFlow(KaggleCsvReader reader, int blocks)
{
    public KaggleCsvFlow(KaggleCsvReader reader) : this(reader, UsualBlocks) { }

    // For each processor one that is parsed and one whose rows it computes; and some that are read, full or collected.
    // 512 rows on two processors: 1 MB of text and 0.4 MB of pixels.
    public static int UsualBlocks => 2 * Environment.ProcessorCount + 4;

    /// <summary>Reads the file to its end.</summary>
    /// <param name="work">Done to each block on the thread pool, several at a time; the block is its own until it ends.</param>
    /// <param name="collect">Called with each block and its result, one at a time, in the order of the file.</param>
    /// <param name="cancellation">Ends it all.</param>
    /// <exception cref="CsvException">The first line that is wrong; all blocks before it were collected.</exception>
    /// <remarks>Throws what the reading, the work or the collecting threw, the first in the order of the file; what is under way is cancelled then.</remarks>
    public async Task RunAsync<T>(Func<KaggleCsvBlock, CancellationToken, Task<T>> work, Action<KaggleCsvBlock, T> collect, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(collect);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Unbounded, and yet bounded by the blocks there are: the reader waits for a free one.
        var free = Channel.CreateUnbounded<KaggleCsvBlock>();
        var begun = Channel.CreateUnbounded<(KaggleCsvBlock Block, Task<T> Work)>();
        for (var i = 0; i < blocks; i++) free.Writer.TryWrite(new());
        var reading = ReadAsync(free.Reader, begun.Writer, work, ended.Token, cancellation);
        try
        {
            await foreach (var (block, done) in begun.Reader.ReadAllAsync(CancellationToken.None))
            {
                collect(block, await done.WaitAsync(cancellation)); // whoever goes does not wait for what others have in hand
                free.Writer.TryWrite(block);
            }
        }
        catch
        {
            // The stream is left alone before this returns, and a read of it that is under way is waited for: a request whose body is being read
            // cannot be answered. The blocks are not: others may still read them, so they are left to the
            // garbage collector.
            await ended.CancelAsync();
            await reading;
            throw;
        }
        while (free.Reader.TryRead(out var block)) block.Dispose();
    }

    /// <summary>Never throws: how the reading ended is told to who collects, behind the last block.</summary>
    private async Task ReadAsync<T>(ChannelReader<KaggleCsvBlock> free, ChannelWriter<(KaggleCsvBlock, Task<T>)> begun,
        Func<KaggleCsvBlock, CancellationToken, Task<T>> work, CancellationToken ended, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var block = await free.ReadAsync(ended);
                if (!await reader.ReadBlockAsync(block, ended, cancellation))
                {
                    block.Dispose();
                    break;
                }
                begun.TryWrite((block, Task.Run(() => work(block, ended), ended)));
            }
            begun.Complete();
        }
        catch (Exception e)
        {
            begun.Complete(e);
        }
    }
}
