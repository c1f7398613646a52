using MnistService.Model.Imaging;

namespace MnistService.Model.Tests.Imaging;

/// <summary>Network inputs of image files, for comparison.</summary>
internal static class ImagePixels
{
    /// <summary>Reads a file with the default options.</summary>
    internal static byte[] Pixels(byte[] file) => ImageReader.Read(file, ImageOptions.Default).Pixels.ToArray();

    /// <summary>Returns the mean absolute difference.</summary>
    internal static double Difference(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();
}
