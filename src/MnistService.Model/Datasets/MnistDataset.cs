using System.Security.Cryptography;

namespace MnistService.Model.Datasets;

/// <summary>
/// MNIST (LeCun, Cortes, Burges): 60,000 pictures to train on and 10,000 to test, each 28×28, 0 = paper, 255 = ink.
/// </summary>
public sealed class MnistDataset
{
    private MnistDataset(LabelledImages train, LabelledImages test, string sha256) => (Train, Test, Sha256) = (train, test, sha256);

    /// <summary>60,000; by convention of this service the last 5,000 are the validation part.</summary>
    public LabelledImages Train { get; }

    /// <summary>10,000; measured once a finished model, never used to choose anything.</summary>
    public LabelledImages Test { get; }

    /// <summary>SHA-256 over the training pixels and labels, then the test's, hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Reads the four files: about 0.5 s and 55 MB.</summary>
    /// <param name="directory">Where <see cref="MnistFiles"/> found them.</param>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static MnistDataset Load(string directory)
    {
        var train = Read(directory, MnistFiles.TrainImages, MnistFiles.TrainLabels);
        var test = Read(directory, MnistFiles.TestImages, MnistFiles.TestLabels);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { train.Pixels, train.Labels, test.Pixels, test.Labels }) hash.AppendData(part);
        return new(train, test, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reads the two files of the test images alone.</summary>
    /// <param name="directory">Where <see cref="MnistFiles"/> found them.</param>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static LabelledImages LoadTest(string directory) => Read(directory, MnistFiles.TestImages, MnistFiles.TestLabels);

    /// <summary>Reads the last images of the training part, which the recipe holds out: 0.4 s, and 47 MB while it runs.</summary>
    /// <param name="directory">Where <see cref="MnistFiles"/> found them.</param>
    /// <param name="count">How many images.</param>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static LabelledImages LoadHeldOut(string directory, int count)
    {
        var train = Read(directory, MnistFiles.TrainImages, MnistFiles.TrainLabels);
        return train.Slice(train.Count - count, count);
    }

    private static LabelledImages Read(string directory, MnistFile images, MnistFile labels)
    {
        var (shape, pixels) = IdxFile.Read(Path.Combine(directory, images.Name));
        var (_, digits) = IdxFile.Read(Path.Combine(directory, labels.Name));
        return shape is [_, 28, 28] && shape[0] == digits.Length
            ? new LabelledImages(pixels, digits)
            : throw new InvalidDataException($"{images.Name} has shape [{string.Join(',', shape)}]; expected [{digits.Length},28,28].");
    }
}
