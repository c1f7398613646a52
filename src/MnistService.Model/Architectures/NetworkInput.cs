using MnistService.Model.Imaging;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MnistService.Model.Architectures;

/// <summary>Converts pixels to network input. Training and inference share this code.</summary>
internal static class NetworkInput
{
    /// <summary>Mean of the pixels of MNIST's 60,000 training images, with pixels divided by 255.</summary>
    internal const double Mean = 0.13066047430038452;

    /// <summary>Standard deviation of the pixels of MNIST's 60,000 training images, with pixels divided by 255.</summary>
    internal const double Deviation = 0.30810782313346863;

    /// <summary>Standardizes pixels: subtracts the mean and divides by the standard deviation.</summary>
    /// <param name="pixels">[N,784] uint8, 0 = paper, 255 = ink, contiguous.</param>
    /// <param name="scaling">The pixel scaling that the network was trained with.</param>
    /// <returns>[N,1,28,28] float32, channels-last.</returns>
    internal static Tensor FromPixels(Tensor pixels, PixelScaling scaling)
    {
        var statistics = Statistics(scaling);
        using TorchSharp.Scalar mean = statistics.Mean, deviation = statistics.Deviation;
        return ChannelsLast(pixels.to(ScalarType.Float32).sub_(mean).div_(deviation));
    }

    /// <summary>Standardizes pixels (0–255) in place, without libtorch.</summary>
    internal static void Standardize(Span<float> pixels, PixelScaling scaling)
    {
        var statistics = Statistics(scaling);
        var (mean, factor) = ((float)statistics.Mean, (float)(1 / statistics.Deviation));
        TensorPrimitives.Subtract(pixels, mean, pixels);
        TensorPrimitives.Multiply(pixels, factor, pixels);
    }

    /// <summary>
    /// Returns the coefficients of input = scale · pixel + shift, the formula with which inference without libtorch standardizes a pixel (0–255).
    /// </summary>
    internal static (double Scale, double Shift) ScaleAndShift(PixelScaling scaling)
    {
        var (mean, deviation) = Statistics(scaling);
        return (1 / deviation, -mean / deviation);
    }

    /// <summary>Creates a view of flat pixels as images with channels-last strides. Convolutions keep this layout, in which pooling is faster.</summary>
    /// <param name="input">[N,784] contiguous.</param>
    /// <returns>[N,1,28,28] channels-last view of the same memory.</returns>
    internal static Tensor ChannelsLast(Tensor input) =>
        input.as_strided([input.shape[0], 1, DigitImage.Side, DigitImage.Side], [DigitImage.PixelCount, 1, DigitImage.Side, 1]);

    /// <summary>
    /// Returns the mean and the standard deviation with which a pixel (0–255) is standardized: (pixel − mean) / deviation. For an inverted scaling, the formula
    /// contains 255 − pixel; the method then returns 255 − mean and the negative deviation, which gives the same result.
    /// </summary>
    internal static (double Mean, double Deviation) Statistics(PixelScaling scaling)
    {
        var inverted = scaling >= PixelScaling.InvertedUnit;
        var (mean, deviation) = (inverted ? scaling - PixelScaling.InvertedUnit + PixelScaling.Unit : scaling) switch
        {
            PixelScaling.Unit => (Mean * 255, Deviation * 255),
            PixelScaling.Raw => (Mean, Deviation),
            PixelScaling.ZeroToOne => (0, 255),
            PixelScaling.MinusOneToOne => (127.5, 127.5),
            PixelScaling.Bytes => (0.0, 1.0),
            _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "Unknown pixel scaling."),
        };
        return inverted ? (255 - mean, -deviation) : (mean, deviation);
    }
}
