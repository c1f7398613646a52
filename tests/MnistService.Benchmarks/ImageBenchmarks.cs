using BenchmarkDotNet.Attributes;
using MnistService.Drawings;
using MnistService.Model.Imaging;

namespace MnistService.Benchmarks;

/// <summary>Converts the bytes of an image file into the network's 28×28 input, for several kinds of images.</summary>
[MemoryDiagnoser]
public class ImageBenchmarks
{
    private byte[] _file = [];

    [Params("28×28 in MNIST's frame", "28×28, dark on light", "drawing game: white on black", "thin pen, anywhere", "photo, hand's shadow", "tiny on a large page")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Draw()
    {
        if (Scenes.All.FirstOrDefault(scene => scene.Name == Kind) is { } scene) _file = scene.Draw(3, new Random(3));
        else
        {
            var plain = Scenes.All.Single(s => s.Name == "28×28, dark on light").Draw(3, new Random(3));
            _file = PngWriter.Mnist(ImageReader.Read(plain, ImageOptions.Default).Pixels.Span);
        }
    }

    [Benchmark(Baseline = true)]
    public DigitImage Read() => ImageReader.Read(_file, ImageOptions.Default);

    /// <summary>The second reading, which only doubtful images need.</summary>
    [Benchmark]
    public IReadOnlyList<PageInterpretation> ReadInterpretations() => ImageReader.ReadInterpretations(_file, ImageOptions.Default);
}
