using MnistService.Http;
using MnistService.Model.Datasets;

namespace MnistService.Datasets;

/// <summary>Reads a CSV in the format of Kaggle's train.csv as a data set. The CSV is parsed as a stream, with only a few blocks of rows in memory.</summary>
internal static class DatasetCsv
{
    /// <summary>Parses the CSV and writes its images and labels to <paramref name="target"/>.</summary>
    /// <param name="text">The uncompressed CSV.</param>
    /// <param name="maxRows">Maximum number of rows, without the header. Each row is one image.</param>
    /// <param name="target">Receives the images and labels, in the order of the rows.</param>
    /// <param name="cancellation">Canceled when the client disconnects.</param>
    /// <exception cref="CsvException">The header or a row is invalid, or the CSV has more than <paramref name="maxRows"/> rows.</exception>
    /// <exception cref="ProblemException">422: the CSV has no labels. 507: the images could not be stored.</exception>
    internal static async Task ReadAsync(Stream text, int maxRows, LabeledImagesWriter target, CancellationToken cancellation)
    {
        using var reader = new KaggleCsvReader(text, new() { MaxRows = maxRows });
        await reader.ReadHeaderAsync(cancellation);
        if (!reader.HasLabels) throw DatasetProblems.CsvUnlabeled.Exception();
        await new KaggleCsvFlow(reader).RunAsync(ParseAsync, Keep, cancellation);

        static Task<bool> ParseAsync(KaggleCsvBlock block, CancellationToken ended)
        {
            block.Parse();
            return Task.FromResult(true);
        }

        void Keep(KaggleCsvBlock block, bool parsed) => Storing.Do(() => target.Add(block.Pixels.Span, block.Labels));
    }
}
