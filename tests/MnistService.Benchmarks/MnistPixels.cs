using MnistService.Model.Datasets;

namespace MnistService.Benchmarks;

/// <summary>Pictures to classify: MNIST's test images, or random pixels where those are not at hand. A network's speed may depend on which.</summary>
internal static class MnistPixels
{
    /// <summary>Which they are.</summary>
    internal static string Source => Repository.Mnist is null ? "random" : "MNIST test";

    /// <returns>[count×784], 0 = paper, 255 = ink.</returns>
    internal static byte[] Take(int count)
    {
        if (Repository.Mnist is { } mnist) return MnistDataset.LoadTest(mnist).Pixels[..(count * 784)];
        var pixels = new byte[count * 784];
        new Random(1).NextBytes(pixels);
        return pixels;
    }
}
