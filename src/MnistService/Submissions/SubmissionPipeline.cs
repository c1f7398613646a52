using System.Buffers;
using MnistService.Inference;
using MnistService.Model.Data;
using MnistService.Model.Imaging;

namespace MnistService.Submissions;

/// <summary>
/// CSV in, answers out: while the workers compute some blocks, the next is read and parsed. Only a few blocks are in flight, so
/// memory does not grow with the file; the answers are taken in the order of the rows.
/// </summary>
internal sealed class SubmissionPipeline(InferenceQueue queue)
{
    private const int BlockRows = 64;
    private const int BlocksInFlight = 8; // 512 rows, 0.4 MB: enough to keep every worker's next batch waiting
    private const int ChunkBytes = InferenceQueue.BulkChunkSize * DigitImage.PixelCount;

    /// <param name="reader">Its header has been read.</param>
    /// <param name="aborted">The client has gone: nothing more is read or computed.</param>
    /// <returns>The answers, and the model that gave the last of them.</returns>
    /// <exception cref="CsvException">A row is wrong.</exception>
    /// <exception cref="ServiceUnavailableException">No model serves, or the service stops.</exception>
    internal async Task<(SubmissionTally Tally, string Model)> RunAsync(KaggleCsvReader reader, CancellationToken aborted)
    {
        // Cancelled also when a row is wrong: what is queued of this file is then not computed.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var tally = new SubmissionTally(reader.HasLabels);
        var inFlight = new Queue<Block>(BlocksInFlight);
        var model = "";
        try
        {
            while (await ReadBlockAsync(reader, ended.Token) is { } block)
            {
                await block.EnqueueAsync(queue, ended.Token);
                inFlight.Enqueue(block);
                if (inFlight.Count == BlocksInFlight) model = await inFlight.Dequeue().CollectAsync(tally);
            }
            while (inFlight.TryDequeue(out var block)) model = await block.CollectAsync(tally);
            return (tally, model);
        }
        catch
        {
            // The workers may still read the blocks' buffers: they are left to the garbage collector, not returned to the pool.
            await ended.CancelAsync();
            throw;
        }
    }

    private static async ValueTask<Block?> ReadBlockAsync(KaggleCsvReader reader, CancellationToken cancellation)
    {
        var block = new Block();
        block.Rows = await reader.ReadRowsAsync(block.Pixels.AsMemory(0, BlockRows * DigitImage.PixelCount), block.Labels, cancellation);
        return block.Rows > 0 ? block : null;
    }

    private sealed class Block
    {
        private readonly List<InferenceRequest> _chunks = new(BlockRows / InferenceQueue.BulkChunkSize);

        internal byte[] Pixels { get; } = ArrayPool<byte>.Shared.Rent(BlockRows * DigitImage.PixelCount);

        internal byte[] Labels { get; } = new byte[BlockRows];

        internal int Rows { get; set; }

        internal async ValueTask EnqueueAsync(InferenceQueue queue, CancellationToken ended)
        {
            var end = Rows * DigitImage.PixelCount;
            for (var start = 0; start < end; start += ChunkBytes)
            {
                var chunk = new InferenceRequest(Pixels.AsMemory(start, Math.Min(ChunkBytes, end - start)), ended);
                await queue.EnqueueBulkAsync(chunk, ended);
                _chunks.Add(chunk);
            }
        }

        internal async Task<string> CollectAsync(SubmissionTally tally)
        {
            var (row, model) = (0, "");
            foreach (var chunk in _chunks)
            {
                var result = await chunk.Completion;
                tally.Add(result, Labels.AsSpan(row, chunk.Count));
                row += chunk.Count;
                model = result.Model;
            }
            ArrayPool<byte>.Shared.Return(Pixels);
            return model;
        }
    }
}
