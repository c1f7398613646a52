using MnistService.Hosting;
using MnistService.Model.Data;
using MnistService.Model.Imaging;

namespace MnistService.Datasets;

/// <summary>A labelled Kaggle CSV as a data set: parsed as it arrives, a block of rows in memory.</summary>
internal static class DatasetCsv
{
    private const int BlockRows = 64;

    /// <param name="text">The CSV, unpacked.</param>
    /// <param name="maxRows">Rows that are read at most.</param>
    /// <param name="target">Where the pictures go.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="CsvException">A row is wrong.</exception>
    /// <exception cref="ProblemException">There are no labels, or no room.</exception>
    internal static async Task ReadAsync(Stream text, int maxRows, LabelledImagesWriter target, CancellationToken cancellation)
    {
        var reader = new KaggleCsvReader(text, new() { MaxRows = maxRows });
        await reader.ReadHeaderAsync(cancellation);
        if (!reader.HasLabels)
        {
            throw new ProblemException(422, "dataset_unlabelled", "The pictures have no labels",
                "The CSV has no column 'label'; expected Kaggle's train.csv: a header with label and pixel0 to pixel783.");
        }
        var (pixels, labels) = (new byte[BlockRows * DigitImage.PixelCount], new byte[BlockRows]);
        while (await reader.ReadRowsAsync(pixels, labels, cancellation) is var rows and > 0)
            Storing.Do(() => target.Add(pixels.AsSpan(0, rows * DigitImage.PixelCount), labels.AsSpan(0, rows)));
    }
}
