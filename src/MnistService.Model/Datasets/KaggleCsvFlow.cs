using System.Threading.Channels;

namespace MnistService.Model.Datasets;

/// <summary>
/// Bounded, order-preserving pipeline for a CSV file. One reader fills blocks of rows, the thread pool processes several blocks in parallel, and one consumer
/// receives the results in file order. A fixed number of blocks is recycled, so memory does not grow with the file, and a slow consumer applies back-pressure
/// to the reader.
/// </summary>
/// <param name="reader">The reader of the file. <see cref="KaggleCsvReader.ReadHeaderAsync"/> must have completed.</param>
/// <param name="blocks">Number of blocks of rows that are in memory at the same time. A block is reused when the consumer has finished with it.</param>
public sealed class KaggleCsvFlow(KaggleCsvReader reader, int blocks)
{
    public KaggleCsvFlow(KaggleCsvReader reader) : this(reader, UsualBlocks) { }

    /// <summary>
    /// Default number of blocks of rows: two per processor, plus four. Per processor, one block is parsed while the rows of another block are classified. The
    /// other four blocks are filled by the reader, wait for a thread or wait for the consumer. On two processors, the blocks hold 512 rows (1 MB of text, 0.4
    /// MB of pixels).
    /// </summary>
    public static int UsualBlocks => 2 * Environment.ProcessorCount + 4;

    /// <summary>Processes the file up to its end.</summary>
    /// <param name="work">
    /// Called per block on the thread pool, for several blocks in parallel. The callback may use the block until the returned task completes.
    /// </param>
    /// <param name="collect">Called per block with the result of <paramref name="work"/>. The calls are sequential and in file order.</param>
    /// <param name="cancellation">Cancels the processing of the file.</param>
    /// <exception cref="CsvException">
    /// The file is invalid. The exception describes the first invalid line. For all blocks that end before this line, <paramref name="collect"/> was called.
    /// </exception>
    /// <remarks>
    /// If <paramref name="work"/> or <paramref name="collect"/> fails for a block, the work on later blocks is canceled, and the exception is rethrown. If
    /// reading fails, the blocks read before the failure are processed and collected first. Then the exception is rethrown.
    /// </remarks>
    public async Task RunAsync<T>(Func<KaggleCsvBlock, CancellationToken, Task<T>> work, Action<KaggleCsvBlock, T> collect, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(collect);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The channels are unbounded, but the number of blocks bounds their content: the reader waits for a free block.
        var free = Channel.CreateUnbounded<KaggleCsvBlock>();
        var begun = Channel.CreateUnbounded<(KaggleCsvBlock Block, Task<T> Work)>();
        for (var i = 0; i < blocks; i++) free.Writer.TryWrite(new());
        var reading = ReadAsync(free.Reader, begun.Writer, work, ended.Token, cancellation);
        try
        {
            await foreach (var (block, done) in begun.Reader.ReadAllAsync(CancellationToken.None))
            {
                collect(block, await done.WaitAsync(cancellation)); // on cancellation, do not wait for running work
                free.Writer.TryWrite(block);
            }
        }
        catch
        {
            // Wait for a pending read of the stream: Kestrel cannot send a response while the request body is being read. The blocks are not
            // disposed, because running work may still read them; the garbage collector frees them.
            await ended.CancelAsync();
            await reading;
            throw;
        }
        while (free.Reader.TryRead(out var block)) block.Dispose();
    }

    /// <summary>
    /// Reads blocks and starts the work on each block. Does not throw: an exception completes the channel <paramref name="begun"/>, so that the consumer gets
    /// the exception after the last block.
    /// </summary>
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
