using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Datasets.LabelChecks;

/// <summary>
/// Classifies an uploaded data set with the served model before the response to the upload is sent. The images use the bulk lane of the inference queue, so
/// predictions have priority. The images are read back from the disk in blocks, so that memory does not grow with the data set.
/// </summary>
internal sealed partial class LabelChecker(InferenceQueue queue, ILogger<LabelChecker> log)
{
    private const int BlockImages = 64;

    // Maximum number of blocks in flight, each of 64 images: two per processor, plus four. This number keeps the inference workers busy. On two processors,
    // the blocks hold 0.4 MB of pixels.
    private static readonly int MaxBlocks = 2 * Environment.ProcessorCount + 4;

    /// <summary>Checks the labels of an upload.</summary>
    /// <param name="images">All images of the upload.</param>
    /// <param name="aborted">Canceled when the client disconnects; queued images are then not classified.</param>
    /// <returns>
    /// The counts, and a list of the suspicious labels with the highest confidence. If no model is ready or the inference fails, the counts are
    /// <see cref="LabelCheck.NotDone"/> and the list is empty.
    /// </returns>
    /// <exception cref="OperationCanceledException">The client has disconnected.</exception>
    /// <exception cref="Http.ProblemException">507: the images cannot be read back from the disk.</exception>
    internal async Task<(LabelCheck Check, IReadOnlyList<SuspiciousEntry> Listed)> CheckAsync(LabeledImagesWriter images, CancellationToken aborted)
    {
        try
        {
            var tally = new LabelCheckTally();
            await ClassifyAsync(images, tally, aborted);
            return (tally.Result, tally.Listed);
        }
        catch (Exception e) when (e is ServiceUnavailableException or InferenceFailedException)
        {
            Log.NotChecked(log, images.Count, e.Message);
            return (LabelCheck.NotDone, []);
        }
    }

    private async Task ClassifyAsync(LabeledImagesWriter images, LabelCheckTally tally, CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var inFlight = new Queue<Block>(MaxBlocks);
        try
        {
            for (var start = 0; start < images.Count; start += BlockImages)
            {
                var block = inFlight.Count < MaxBlocks ? new Block() : await FinishAsync();
                block.Start = start;
                var pixels = block.Pixels.AsMemory(0, Math.Min(BlockImages, images.Count - start) * DigitImage.PixelCount);
                Storing.Do(() => images.ReadPixels(block.Start, pixels.Span));
                inFlight.Enqueue(block);
                await block.EnqueueAsync(queue, pixels, ended.Token);
            }
            while (inFlight.Count > 0) await FinishAsync();
        }
        finally
        {
            await ended.CancelAsync(); // after a failure, removes the images that are still queued
        }

        async Task<Block> FinishAsync()
        {
            var block = inFlight.Dequeue();
            var done = 0;
            foreach (var request in block.Requests)
            {
                var result = await request.Completion.WaitAsync(aborted);
                tally.Add(result, images.Labels.Slice(block.Start + done, request.Count), request.Pixels.Span);
                done += request.Count;
            }
            return block;
        }
    }

    /// <summary>A block of images that are queued together. The block is reused after all its images are classified.</summary>
    private sealed class Block
    {
        internal int Start { get; set; }

        internal byte[] Pixels { get; } = new byte[BlockImages * DigitImage.PixelCount];

        internal List<InferenceRequest> Requests { get; } = new(BlockImages / InferenceQueue.BulkChunkSize);

        internal async Task EnqueueAsync(InferenceQueue queue, ReadOnlyMemory<byte> pixels, CancellationToken ended)
        {
            const int chunk = InferenceQueue.BulkChunkSize * DigitImage.PixelCount;
            Requests.Clear();
            for (var offset = 0; offset < pixels.Length; offset += chunk)
            {
                var request = new InferenceRequest(pixels.Slice(offset, Math.Min(chunk, pixels.Length - offset)), ended);
                await queue.EnqueueBulkAsync(request, ended);
                Requests.Add(request);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning,
            "The labels of an uploaded data set with {Images} images were not checked: {Reason} The data set is stored without a label check")]
        public static partial void NotChecked(ILogger log, int images, string reason);
    }
}
