using System.Runtime.Intrinsics;
using MnistService.Model.Architectures;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// A network prepared for serving on the CPU: its weights laid out once, for the widest vectors that the processor has. Never changed afterwards, so
/// that any number of threads compute with it, each in a <see cref="Workspace"/> of its own.
/// </summary>
internal abstract unsafe class FusedNetwork
{
    /// <summary>Floats a row of <see cref="Logits"/>: ten, and six more.</summary>
    public const int LogitStride = 16;

    /// <summary>Of either network.</summary>
    public const int HiddenUnits = 256;

    /// <param name="pixels">[count×784], 0 = paper, 255 = ink.</param>
    /// <param name="count">1 to the workspace's capacity.</param>
    /// <param name="workspace">The calling thread's.</param>
    /// <returns>[count×<see cref="LogitStride"/>], ten of each row are logits; valid until the workspace's next use.</returns>
    public abstract float* Logits(byte* pixels, int count, Workspace workspace);

    /// <exception cref="ModelFormatException">The weights are not this network's.</exception>
    public static FusedNetwork Prepare(NetworkKind kind, StateDict state, PixelScaling scaling) =>
        Vector512.IsHardwareAccelerated ? Prepare<Lanes512, Vector512<float>>(kind, state, scaling)
        : Vector256.IsHardwareAccelerated ? Prepare<Lanes256, Vector256<float>>(kind, state, scaling)
        : Prepare<Lanes128, Vector128<float>>(kind, state, scaling);

    /// <summary>The same with vectors of a given width, whatever the processor has.</summary>
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
