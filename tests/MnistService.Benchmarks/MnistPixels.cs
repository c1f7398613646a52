using MnistService.Model.Datasets;

namespace MnistService.Benchmarks;

/// <summary>Images to classify: MNIST's test images, or random pixels if MNIST is not available. The speed of a network may depend on this choice.</summary>
internal static class MnistPixels
{
    /// <summary>Name of the source, for the result: <c>MNIST test</c> or <c>random</c>.</summary>
    internal static string Source => Repository.Mnist is null ? "random" : "MNIST test";

    /// <returns>Pixels of shape [count×784]; 0 is background, 255 is ink.</returns>
    internal static byte[] Take(int count)
    {
        if (Repository.Mnist is { } mnist) return MnistDataset.LoadTest(mnist).Pixels[..(count * 784)];
        var pixels = new byte[count * 784];
        new Random(1).NextBytes(pixels);
        return pixels;
    }
}
