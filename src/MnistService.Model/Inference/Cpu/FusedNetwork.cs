using System.Runtime.Intrinsics;
using MnistService.Model.Architectures;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// A network prepared for inference on the CPU, with its weights in the layout for the widest vectors of the processor. Immutable and
/// thread-safe: each thread computes in its own <see cref="Workspace"/>.
/// </summary>
internal abstract unsafe class FusedNetwork
{
    /// <summary>Row stride of <see cref="Logits"/> in floats: ten logits and six floats of padding.</summary>
    public const int LogitStride = 16;

    /// <summary>Number of hidden units; the same for both networks.</summary>
    public const int HiddenUnits = 256;

    /// <summary>Computes the logits of a batch.</summary>
    /// <param name="pixels">[count×784], 0 = paper, 255 = ink.</param>
    /// <param name="count">Number of images, from 1 to the capacity of the workspace.</param>
    /// <param name="workspace">The workspace of the calling thread.</param>
    /// <returns>[count×<see cref="LogitStride"/>]; the first ten floats of each row are logits. Valid until the next use of the workspace.</returns>
    public abstract float* Logits(byte* pixels, int count, Workspace workspace);

    /// <summary>Prepares a network for the widest hardware-accelerated vectors: 512, 256 or 128 bits.</summary>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static FusedNetwork Prepare(NetworkKind kind, StateDict state, PixelScaling scaling) =>
        Vector512.IsHardwareAccelerated ? Prepare<Lanes512, Vector512<float>>(kind, state, scaling)
        : Vector256.IsHardwareAccelerated ? Prepare<Lanes256, Vector256<float>>(kind, state, scaling)
        : Prepare<Lanes128, Vector128<float>>(kind, state, scaling);

    /// <summary>Prepares a network for a given vector width, even if the processor does not accelerate that width.</summary>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static FusedNetwork Prepare<TLanes, TVector>(NetworkKind kind, StateDict state, PixelScaling scaling)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        NetworkTensors.Check(kind, state);
        return kind switch
        {
            NetworkKind.Cnn => new FusedCnn<TLanes, TVector>(state, scaling),
            NetworkKind.Mlp => new FusedMlp<TLanes, TVector>(state, scaling),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown network."),
        };
    }
}
