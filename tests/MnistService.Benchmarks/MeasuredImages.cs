using MnistService.Drawings;
using MnistService.Model.Imaging;

namespace MnistService.Benchmarks;

/// <summary>The images that the benchmarks send repeatedly, as PNG files.</summary>
internal static class MeasuredImages
{
    /// <summary>The digit that <see cref="Small"/> shows.</summary>
    internal const int SmallDigit = 3;

    /// <summary>A 28×28 grayscale image, framed as in MNIST.</summary>
    internal static byte[] Small()
    {
        var drawn = Scenes.All.Single(scene => scene.Name == "28×28, dark on light").Draw(SmallDigit, new Random(3));
        return PngWriter.Mnist(ImageReader.Read(drawn, ImageOptions.Default).Pixels.Span);
    }

    /// <summary>A 280×280 color image, as a web page's drawing pad sends it.</summary>
    internal static byte[] Page() => new Scene("pad", 280, 280, 200, 20).Draw(7, new Random(3));
}
