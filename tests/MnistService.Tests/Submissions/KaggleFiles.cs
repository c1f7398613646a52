using System.Globalization;
using System.Text;
using MnistService.Model.Datasets;

namespace MnistService.Tests.Submissions;

/// <summary>MNIST as Kaggle's Digit Recognizer files: the real size, about 51 and 77 MB.</summary>
internal static class KaggleFiles
{
    internal static readonly string Pixels = string.Join(',', Enumerable.Range(0, 784).Select(i => $"pixel{i}"));

    private static readonly string[] Text = [.. Enumerable.Range(0, 256).Select(value => value.ToString(CultureInfo.InvariantCulture))];

    /// <summary>test.csv: 28,000 rows, the 10,000 test images and the last 18,000 training images, shuffled.</summary>
    /// <returns>What each row is: true for a test image, and its index.</returns>
    internal static (bool IsTest, int Index)[] WriteTest(string path, MnistDataset mnist)
    {
        (bool IsTest, int Index)[] rows = [.. Enumerable.Range(0, 10_000).Select(i => (true, i)), .. Enumerable.Range(42_000, 18_000).Select(i => (false, i))];
        new Random(28_000).Shuffle(rows);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        file.WriteLine(Pixels);
        foreach (var (isTest, index) in rows) file.WriteLine(Row(isTest ? mnist.Test : mnist.Train, index));
        return rows;
    }

    /// <summary>train.csv: 42,000 rows, the label first.</summary>
    internal static void WriteTrain(string path, MnistDataset mnist)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        file.WriteLine($"label,{Pixels}");
        for (var i = 0; i < 42_000; i++) file.WriteLine($"{mnist.Train.Labels[i]},{Row(mnist.Train, i)}");
    }

    private static string Row(LabeledImages images, int index) =>
        string.Join(',', images.Pixels.AsSpan(index * 784, 784).ToArray().Select(value => Text[value]));
}
