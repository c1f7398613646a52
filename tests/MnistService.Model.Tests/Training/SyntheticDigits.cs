using MnistService.Model.Datasets;

namespace MnistService.Model.Tests.Training;

/// <summary>Ten classes of images that any network separates quickly: a bright bar at one of ten heights, on a noisy background.</summary>
internal static class SyntheticDigits
{
    internal static LabeledImages Make(int count, int seed = 1)
    {
        var random = new Random(seed);
        var pixels = new byte[count * 784];
        var labels = new byte[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = (byte)random.Next(10);
            var picture = pixels.AsSpan(i * 784, 784);
            foreach (ref var pixel in picture) pixel = (byte)random.Next(60);
            for (var row = 0; row < 2; row++) picture.Slice((4 + labels[i] * 2 + row) * 28 + 4, 20).Fill((byte)random.Next(200, 256));
        }
        return new LabeledImages(pixels, labels);
    }
}
