using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Submissions;

/// <summary>
/// Pipeline from CSV to predictions: blocks of rows are read one after another, and parsed and classified in parallel. The number of blocks in flight is
/// limited, so the memory for pixels does not depend on the file size. Results are collected in row order.
/// </summary>
internal sealed class SubmissionPipeline(InferenceQueue queue)
{
    private const int ChunkBytes = InferenceQueue.BulkChunkSize * DigitImage.PixelCount;

    /// <summary>Classifies all rows of a CSV.</summary>
    /// <param name="reader">Reader of the CSV. The header must already be read.</param>
    /// <param name="running">Receives the number of classified rows.</param>
    /// <param name="aborted">Canceled when the client disconnects. Reading and inference then stop.</param>
    /// <returns>The predictions, and the id of the model that classified the last rows.</returns>
    /// <exception cref="CsvException">A row is invalid. Rows that are still queued are then not classified.</exception>
    /// <exception cref="ServiceUnavailableException">No model is served, or the service is shutting down.</exception>
    internal async Task<(SubmissionTally Tally, string Model)> RunAsync(KaggleCsvReader reader, RunningSubmissions.Running running, CancellationToken aborted)
    {
        var (tally, model) = (new SubmissionTally(reader.HasLabels), "");
        await new KaggleCsvFlow(reader).RunAsync(AnswerAsync, Tally, aborted);
        return (tally, model);

        void Tally(KaggleCsvBlock block, InferenceResult[] answers)
        {
            var labels = block.Labels;
            var pixels = block.Pixels.Span;
            foreach (var answer in answers)
            {
                tally.Add(answer, labels, pixels);
                var rows = answer.Probabilities.Length / InferenceResult.Classes;
                labels = labels[rows..];
                pixels = pixels[(rows * DigitImage.PixelCount)..];
                model = answer.Model;
            }
            running.Tell(tally.Digits.Length);
        }
    }

    /// <summary>Parses a block and classifies its rows. Waits while the bulk lane of the inference queue is full (back-pressure).</summary>
    private async Task<InferenceResult[]> AnswerAsync(KaggleCsvBlock block, CancellationToken ended)
    {
        block.Parse();
        var pixels = block.Pixels;
        var chunks = new InferenceRequest[(pixels.Length + ChunkBytes - 1) / ChunkBytes];
        for (var i = 0; i < chunks.Length; i++)
        {
            chunks[i] = new InferenceRequest(pixels.Slice(i * ChunkBytes, Math.Min(ChunkBytes, pixels.Length - i * ChunkBytes)), ended);
            await queue.EnqueueBulkAsync(chunks[i], ended);
        }
        var answers = new InferenceResult[chunks.Length];
        for (var i = 0; i < chunks.Length; i++) answers[i] = await chunks[i].Completion;
        return answers;
    }
}
