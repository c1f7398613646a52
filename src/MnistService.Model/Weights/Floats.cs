using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MnistService.Model.Weights;

/// <summary>Gives access to the memory of float32 tensors on the CPU.</summary>
internal static unsafe class Floats
{
    /// <returns>
    /// Pointer to the first element of a float32 tensor on the CPU. The pointer is valid while the tensor's storage exists, because the storage does not move.
    /// </returns>
    internal static float* Of(Tensor tensor)
    {
        fixed (byte* first = &MemoryMarshal.GetReference(tensor.bytes)) return (float*)first;
    }

    /// <returns>View of the elements of a contiguous float32 tensor on the CPU, valid while the tensor's storage exists.</returns>
    internal static Span<float> In(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
