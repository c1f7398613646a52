using System.Security.Cryptography;

namespace MnistService.Model.Datasets;

/// <summary>
/// MNIST (LeCun, Cortes, Burges): 60,000 training images and 10,000 test images of 28×28 pixels, 0 = paper, 255 = ink.
/// </summary>
public sealed class MnistDataset
{
    private MnistDataset(LabeledImages train, LabeledImages test, string sha256) => (Train, Test, Sha256) = (train, test, sha256);

    /// <summary>60,000 training images. By default, training holds out the last 5,000 for validation.</summary>
    public LabeledImages Train { get; }

    /// <summary>
    /// 10,000 test images, for the evaluation of finished models. The service does not use the test images to choose a model or hyperparameters.
    /// </summary>
    public LabeledImages Test { get; }

    /// <summary>SHA-256 over the training pixels, training labels, test pixels and test labels, in this order, as lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Reads MNIST's four files. The 70,000 images take 55 MB of memory; decompression blocks the caller.</summary>
    /// <param name="directory">Folder with MNIST's files, for example from <see cref="MnistFiles.Find"/>.</param>
    /// <exception cref="InvalidDataException">
    /// A file is not a complete IDX file, the images do not have 28×28 pixels, the numbers of images and labels differ, or a label is not a digit.
    /// </exception>
    public static MnistDataset Load(string directory)
    {
        var train = Read(directory, MnistFiles.TrainImages, MnistFiles.TrainLabels);
        var test = Read(directory, MnistFiles.TestImages, MnistFiles.TestLabels);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { train.Pixels, train.Labels, test.Pixels, test.Labels }) hash.AppendData(part);
        return new(train, test, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reads only the two files of MNIST's test set (images and labels).</summary>
    /// <param name="directory">Folder with MNIST's files, for example from <see cref="MnistFiles.Find"/>.</param>
    /// <exception cref="InvalidDataException">
    /// A file is not a complete IDX file, the images do not have 28×28 pixels, the numbers of images and labels differ, or a label is not a digit.
    /// </exception>
    public static LabeledImages LoadTest(string directory) => Read(directory, MnistFiles.TestImages, MnistFiles.TestLabels);

    /// <summary>Reads only the two files of MNIST's training set: 60,000 images, 47 MB of memory.</summary>
    /// <param name="directory">Folder with MNIST's files, for example from <see cref="MnistFiles.Find"/>.</param>
    /// <exception cref="InvalidDataException">
    /// A file is not a complete IDX file, the images do not have 28×28 pixels, the numbers of images and labels differ, or a label is not a digit.
    /// </exception>
    public static LabeledImages LoadTraining(string directory) => Read(directory, MnistFiles.TrainImages, MnistFiles.TrainLabels);

    /// <summary>
    /// Reads the last images of MNIST's training set. By default, training holds out the last 5,000. The call decompresses all 60,000 images, which take 47 MB
    /// of memory until the call returns.
    /// </summary>
    /// <param name="directory">Folder with MNIST's files, for example from <see cref="MnistFiles.Find"/>.</param>
    /// <param name="count">Number of images, counted from the end of the training set.</param>
    /// <exception cref="InvalidDataException">
    /// A file is not a complete IDX file, the images do not have 28×28 pixels, the numbers of images and labels differ, or a label is not a digit.
    /// </exception>
    public static LabeledImages LoadHeldOut(string directory, int count)
    {
        var train = LoadTraining(directory);
        return train.Slice(train.Count - count, count);
    }

    private static LabeledImages Read(string directory, MnistFile images, MnistFile labels)
    {
        var (shape, pixels) = IdxFile.Read(Path.Combine(directory, images.Name));
        var (_, digits) = IdxFile.Read(Path.Combine(directory, labels.Name));
        if (shape is not [_, 28, 28] || shape[0] != digits.Length)
            throw new InvalidDataException($"{images.Name} has shape [{string.Join(',', shape)}]; expected [{digits.Length},28,28], "
                + $"because {labels.Name} has {digits.Length} labels. Replace the files.");
        if (digits.AsSpan().IndexOfAnyExceptInRange<byte>(0, 9) is >= 0 and var bad)
            throw new InvalidDataException($"{labels.Name} has the label {digits[bad]} at index {bad}; expected 0 to 9. Replace the file.");
        return new LabeledImages(pixels, digits);
    }
}
