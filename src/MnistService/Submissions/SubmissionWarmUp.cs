using System.Text;
using MnistService.Inference;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Submissions;

/// <summary>
/// Runs the code of an upload with generated data, without HTTP and inference, soon after the service starts listening. So the first client does not wait for
/// the JIT compilation of the CSV code and for the first insert into the database. The data is discarded.
/// </summary>
internal sealed partial class SubmissionWarmUp(
    SubmissionStore store, TimeProvider time, AfterStartup startup, ILogger<SubmissionWarmUp> log) : BackgroundService
{
    private const int Rows = 512; // rows of the generated CSV: 8 blocks of 64 rows
    private const int Times = 4; // passes over the CSV: 32 blocks, because the tiered JIT compiler optimizes a method after 30 calls

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await startup.RunAsync(() => Rehearse(stoppingToken), stoppingToken);
        }
        catch (Exception e)
        {
            Log.NotWarm(log, e); // logged at Debug level only: a real upload reports the error to its client
        }
    }

    private void Rehearse(CancellationToken stopping)
    {
        var text = Encoding.ASCII.GetBytes(Text());
        var tally = new SubmissionTally(scored: true);
        for (var i = 0; i < Times; i++) ReadAsync(text, tally, stopping).GetAwaiter().GetResult();
        store.Rehearse(tally.Summarise("", time.GetUtcNow(), "", TimeSpan.FromSeconds(1)), tally);
    }

    /// <summary>Parses the generated CSV and adds its rows to the tally, one block at a time, so that at most one thread-pool thread is in use.</summary>
    private static async Task ReadAsync(byte[] text, SubmissionTally tally, CancellationToken stopping)
    {
        using var csv = new MemoryStream(text);
        using var reader = new KaggleCsvReader(csv, new());
        await reader.ReadHeaderAsync(stopping);
        await new KaggleCsvFlow(reader, blocks: 1).RunAsync(ParseAsync, (block, answer) => tally.Add(answer, block.Labels, block.Pixels.Span), stopping);
    }

    private static Task<InferenceResult> ParseAsync(KaggleCsvBlock block, CancellationToken ended)
    {
        block.Parse();
        return Task.FromResult(new InferenceResult(new float[block.Rows * InferenceResult.Classes], "", block.Rows, TimeSpan.Zero, TimeSpan.Zero));
    }

    private static string Text()
    {
        var pixels = Enumerable.Range(0, DigitImage.PixelCount);
        var text = new StringBuilder("label,").AppendJoin(',', pixels.Select(i => $"pixel{i}")).Append('\n');
        var row = string.Join(',', pixels.Select(i => i % 5 == 0 ? 0 : i % 256));
        for (var i = 0; i < Rows; i++) text.Append(i % 10).Append(',').Append(row).Append('\n');
        return text.ToString();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The warm-up of the submission pipeline failed; the first upload may be slower")]
        public static partial void NotWarm(ILogger log, Exception exception);
    }
}
