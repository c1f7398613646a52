using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Submissions;

/// <summary>
/// CSV in, answers out: while the workers compute some blocks, others are parsed and the next is read. Only a few blocks are in
/// flight, so memory does not grow with the file; the answers are taken in the order of the rows.
/// </summary>
internal sealed class SubmissionPipeline(InferenceQueue queue)
{
    private const int ChunkBytes = InferenceQueue.BulkChunkSize * DigitImage.PixelCount;

    /// <param name="reader">Its header has been read.</param>
    /// <param name="running">Told how many rows are answered.</param>
    /// <param name="aborted">The client has gone: nothing more is read or computed.</param>
    /// <returns>The answers, and the model that gave the last of them.</returns>
    /// <exception cref="CsvException">A row is wrong; what is queued of this file is then not computed.</exception>
    /// <exception cref="ServiceUnavailableException">No model serves, or the service stops.</exception>
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

    /// <summary>Parses a block and has its rows computed; waits where a prediction would be refused.</summary>
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
