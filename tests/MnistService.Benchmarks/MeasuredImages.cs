using MnistService.Drawings;
using MnistService.Model.Imaging;

namespace MnistService.Benchmarks;

/// <summary>What is sent over and over.</summary>
internal static class MeasuredImages
{
    /// <summary>The digit on <see cref="Small"/>.</summary>
    internal const int SmallDigit = 3;

    /// <summary>28×28 in grey, in MNIST's frame.</summary>
    internal static byte[] Small()
    {
        var drawn = Scenes.All.Single(scene => scene.Name == "28×28, dark on light").Draw(SmallDigit, new Random(3));
        return PngWriter.Mnist(ImageReader.Read(drawn, ImageOptions.Default).Pixels.Span);
    }

    /// <summary>What the pad of a web page sends: 280×280 in colour.</summary>
    internal static byte[] Page() => new Scene("pad", 280, 280, 200, 20).Draw(7, new Random(3));
}
