using MnistService.Http;
using MnistService.Model.Datasets;

namespace MnistService.Datasets;

/// <summary>A labelled Kaggle CSV as a data set: parsed as it arrives, a few blocks of rows in memory.</summary>
internal static class DatasetCsv
{
    /// <param name="text">The CSV, unpacked.</param>
    /// <param name="maxRows">Rows that are read at most.</param>
    /// <param name="target">Where the pictures go.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="CsvException">A row is wrong.</exception>
    /// <exception cref="ProblemException">There are no labels, or no room.</exception>
    internal static async Task ReadAsync(Stream text, int maxRows, LabelledImagesWriter target, CancellationToken cancellation)
    {
        using var reader = new KaggleCsvReader(text, new() { MaxRows = maxRows });
        await reader.ReadHeaderAsync(cancellation);
        if (!reader.HasLabels)
        {
            throw new ProblemException(422, "dataset_unlabelled", "The pictures have no labels",
                "The CSV has no column 'label'; expected Kaggle's train.csv: a header with label and pixel0 to pixel783.");
        }
        await new KaggleCsvFlow(reader).RunAsync(ParseAsync, Keep, cancellation);

        static Task<bool> ParseAsync(KaggleCsvBlock block, CancellationToken ended)
        {
            block.Parse();
            return Task.FromResult(true);
        }

        void Keep(KaggleCsvBlock block, bool parsed) => Storing.Do(() => target.Add(block.Pixels.Span, block.Labels));
    }
}
