using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MnistService.Model.Weights;

internal static unsafe class Floats
{
    /// <returns>Where the elements of a float32 tensor on the CPU begin. Its memory does not move, and ends with the tensor's storage.</returns>
    internal static float* Of(Tensor tensor)
    {
        fixed (byte* first = &MemoryMarshal.GetReference(tensor.bytes)) return (float*)first;
    }

    /// <returns>The elements of a contiguous float32 tensor on the CPU.</returns>
    internal static Span<float> In(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
