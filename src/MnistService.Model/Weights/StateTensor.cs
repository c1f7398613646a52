using System.Runtime.InteropServices;
using TorchSharp;

namespace MnistService.Model.Weights;

/// <summary>A named tensor of a state dict.</summary>
/// <param name="Name">PyTorch's name, e.g. <c>features.0.weight</c>.</param>
/// <param name="Type">Element type: float32 or int64.</param>
/// <param name="Shape">Length of each dimension; empty for a scalar.</param>
/// <param name="Bytes">The elements, row-major, little-endian.</param>
public sealed record StateTensor(string Name, StateType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The elements of a <see cref="StateType.F32"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor has another element type.</exception>
    public ReadOnlySpan<float> Floats => Type == StateType.F32
        ? MemoryMarshal.Cast<byte, float>(Bytes.Span)
        : throw new InvalidOperationException($"Tensor '{Name}' is {Type}; expected F32.");

    internal static StateTensor From(string name, torch.Tensor tensor)
    {
        using var plain = tensor.detach().cpu().contiguous().clone();
        var type = plain.dtype == torch.ScalarType.Int64 ? StateType.I64 : StateType.F32;
        return new(name, type, plain.shape, plain.bytes.ToArray());
    }

    /// <summary>Copies the elements to a new tensor on the CPU. The caller must dispose the tensor.</summary>
    internal torch.Tensor ToTorch()
    {
        var tensor = torch.empty(Shape.ToArray(), dtype: Type == StateType.I64 ? torch.ScalarType.Int64 : torch.ScalarType.Float32);
        Bytes.Span.CopyTo(tensor.bytes);
        return tensor;
    }
}

/// <summary>Element types that a <see cref="StateDict"/> supports, named as in safetensors.</summary>
public enum StateType
{
    /// <summary>The elements are 32-bit floating-point numbers.</summary>
    F32,

    /// <summary>The elements are signed 64-bit integers.</summary>
    I64,
}
