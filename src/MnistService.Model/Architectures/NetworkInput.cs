using System.Numerics;
using System.Runtime.InteropServices;
using MnistService.Model.Imaging;
using static TorchSharp.torch;

namespace MnistService.Model.Architectures;

/// <summary>The one place that turns pixels into network input.</summary>
internal static class NetworkInput
{
    /// <summary>Mean of MNIST's 60,000 training images, pixels / 255.</summary>
    internal const double Mean = 0.13066047430038452;

    /// <summary>Standard deviation of the same pixels.</summary>
    internal const double Deviation = 0.30810782313346863;

    /// <summary>Standardises pixels.</summary>
    /// <param name="pixels">[N,784] uint8, 0 = paper, 255 = ink, contiguous.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <returns>[N,1,28,28] float32, channels-last.</returns>
    internal static Tensor FromPixels(Tensor pixels, PixelScaling scaling)
    {
        var statistics = Statistics(scaling);
        using TorchSharp.Scalar mean = statistics.Mean, deviation = statistics.Deviation;
        return ChannelsLast(pixels.to(ScalarType.Float32).sub_(mean).div_(deviation));
    }

    /// <summary>The same in place, of pixels outside libtorch.</summary>
    internal static void Standardize(Span<float> pixels, PixelScaling scaling)
    {
        var statistics = Statistics(scaling);
        var (mean, factor) = ((float)statistics.Mean, (float)(1 / statistics.Deviation));
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(pixels);
        foreach (ref var vector in vectors) vector = (vector - new Vector<float>(mean)) * factor;
        foreach (ref var pixel in pixels[(vectors.Length * Vector<float>.Count)..]) pixel = (pixel - mean) * factor;
    }

    /// <summary>Input = scale · pixel + shift, for code outside libtorch.</summary>
    internal static (double Scale, double Shift) ScaleAndShift(PixelScaling scaling)
    {
        var (mean, deviation) = Statistics(scaling);
        return (1 / deviation, -mean / deviation);
    }

    /// <param name="input">[N,784] contiguous.</param>
    /// <returns>[N,1,28,28] whose strides say channels-last: convolutions follow it, and pooling is ten times faster so.</returns>
    internal static Tensor ChannelsLast(Tensor input) =>
        input.as_strided([input.shape[0], 1, DigitImage.Side, DigitImage.Side], [DigitImage.PixelCount, 1, DigitImage.Side, 1]);

    /// <summary>What is subtracted from pixels 0–255, and what the rest is divided by.</summary>
    internal static (double Mean, double Deviation) Statistics(PixelScaling scaling)
    {
        var unit = scaling == PixelScaling.Unit ? 255.0 : 1.0;
        return (Mean * unit, Deviation * unit);
    }
}
