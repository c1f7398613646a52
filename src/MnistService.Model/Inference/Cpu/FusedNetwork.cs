using System.Runtime.Intrinsics;
using MnistService.Model.Architectures;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// A network prepared for inference on the CPU. The layout of the weights depends on the width of the SIMD vectors. Immutable and thread-safe: each thread
/// computes in its own <see cref="Workspace"/>.
/// </summary>
internal abstract unsafe class FusedNetwork
{
    /// <summary>Number of digits, which is also the number of probabilities per image.</summary>
    public const int Classes = 10;

    /// <summary>Row stride of the logits in floats: ten logits and six floats of padding.</summary>
    public const int LogitStride = 16;

    /// <summary>Number of hidden units, which is the same in the convolutional network and in the fully connected network.</summary>
    public const int HiddenUnits = 256;

    /// <summary>Classifies a batch.</summary>
    /// <param name="pixels">[count×784], 0 = paper, 255 = ink.</param>
    /// <param name="count">Number of images, from 1 to the capacity of the workspace.</param>
    /// <param name="temperature">The logits are divided by this number before softmax.</param>
    /// <param name="probabilities">[count×10]; receives softmax probabilities.</param>
    /// <param name="workspace">The workspace of the calling thread.</param>
    public abstract void Classify(byte* pixels, int count, float temperature, Span<float> probabilities, Workspace workspace);

    /// <summary>Prepares a network for the widest hardware-accelerated vectors: 512, 256 or 128 bits.</summary>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static FusedNetwork Prepare(NetworkKind kind, StateDict state, PixelScaling scaling) =>
        Vector512.IsHardwareAccelerated ? Prepare<FloatVector512>(kind, state, scaling)
        : Vector256.IsHardwareAccelerated ? Prepare<FloatVector256>(kind, state, scaling)
        : Prepare<FloatVector128>(kind, state, scaling);

    /// <summary>Prepares a network for a given vector width, even if the processor does not accelerate that width.</summary>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static FusedNetwork Prepare<TVector>(NetworkKind kind, StateDict state, PixelScaling scaling)
        where TVector : struct, IFloatVector<TVector>
    {
        NetworkTensors.Check(kind, state);
        return kind switch
        {
            NetworkKind.Cnn => new FusedCnn<TVector>(state, scaling),
            NetworkKind.Mlp => new FusedMlp<TVector>(state, scaling),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown network."),
        };
    }
}
