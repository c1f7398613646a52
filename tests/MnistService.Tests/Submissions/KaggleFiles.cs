using System.Globalization;
using System.Text;
using MnistService.Model.Datasets;

namespace MnistService.Tests.Submissions;

/// <summary>Writes MNIST in the format and size of Kaggle's Digit Recognizer files: about 51 MB (test.csv) and 77 MB (train.csv).</summary>
internal static class KaggleFiles
{
    internal static readonly string Pixels = string.Join(',', Enumerable.Range(0, 784).Select(i => $"pixel{i}"));

    private static readonly string[] Text = [.. Enumerable.Range(0, 256).Select(value => value.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Writes test.csv: 28,000 rows, which are the 10,000 test images and the last 18,000 training images, shuffled.</summary>
    /// <returns>The source of each row: whether it is a test image, and its index in the test or training set.</returns>
    internal static (bool IsTest, int Index)[] WriteTest(string path, MnistDataset mnist)
    {
        (bool IsTest, int Index)[] rows = [.. Enumerable.Range(0, 10_000).Select(i => (true, i)), .. Enumerable.Range(42_000, 18_000).Select(i => (false, i))];
        new Random(28_000).Shuffle(rows);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        file.WriteLine(Pixels);
        foreach (var (isTest, index) in rows) file.WriteLine(Row(isTest ? mnist.Test : mnist.Train, index));
        return rows;
    }

    /// <summary>Writes train.csv: 42,000 rows with the label in the first column.</summary>
    internal static void WriteTrain(string path, MnistDataset mnist)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        file.WriteLine($"label,{Pixels}");
        for (var i = 0; i < 42_000; i++) file.WriteLine($"{mnist.Train.Labels[i]},{Row(mnist.Train, i)}");
    }

    private static string Row(LabeledImages images, int index) =>
        string.Join(',', images.Pixels.AsSpan(index * 784, 784).ToArray().Select(value => Text[value]));
}
