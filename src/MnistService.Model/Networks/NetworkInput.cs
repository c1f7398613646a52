using MnistService.Model.Imaging;
using static TorchSharp.torch;

namespace MnistService.Model.Networks;

/// <summary>The one place that turns pixels into network input.</summary>
internal static class NetworkInput
{
    /// <summary>Mean of MNIST's 60,000 training images, pixels / 255.</summary>
    internal const double Mean = 0.13066047430038452;

    /// <summary>Standard deviation of the same pixels.</summary>
    internal const double Deviation = 0.30810782313346863;

    /// <summary>Standardises pixels.</summary>
    /// <param name="pixels">[N,784] or [N,1,28,28], uint8 or float32, 0 = paper, 255 = ink, contiguous; float32 is changed in place.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <returns>[N,1,28,28] float32 whose strides say channels-last: convolutions follow it, and pooling is ten times faster so.</returns>
    internal static Tensor FromPixels(Tensor pixels, PixelScaling scaling)
    {
        var divisor = scaling == PixelScaling.Unit ? 255.0 : 1.0;
        return pixels.to(ScalarType.Float32)
            .sub_(Mean * divisor)
            .div_(Deviation * divisor)
            .as_strided([pixels.shape[0], 1, DigitImage.Side, DigitImage.Side], [DigitImage.PixelCount, 1, DigitImage.Side, 1]);
    }
}
