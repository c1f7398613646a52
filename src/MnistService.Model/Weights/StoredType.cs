using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MnistService.Model.Weights;

/// <summary>
/// Element types that are supported in safetensors and PyTorch files. Each type is converted to float32 or int64, the element types of a
/// <see cref="StateDict"/>.
/// </summary>
internal enum StoredType
{
    Float32,
    Float64,
    Float16,
    BFloat16,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,

    /// <summary>Boolean: one byte per element, 0 or 1.</summary>
    Bool,
}

/// <summary>Sizes and conversions of <see cref="StoredType"/>.</summary>
internal static class StoredTypes
{
    /// <summary>Returns the size of one element in bytes.</summary>
    internal static int Size(this StoredType type) => type switch
    {
        StoredType.Float64 or StoredType.Int64 => 8,
        StoredType.Float32 or StoredType.Int32 => 4,
        StoredType.Int8 or StoredType.UInt8 or StoredType.Bool => 1,
        _ => 2,
    };

    /// <summary>Returns the element type after conversion: float32 for floating-point types, int64 for integers.</summary>
    internal static StateType StateType(this StoredType type) =>
        type is StoredType.Float32 or StoredType.Float64 or StoredType.Float16 or StoredType.BFloat16 ? Weights.StateType.F32 : Weights.StateType.I64;

    /// <summary>Converts contiguous elements to float32 or int64. Returns the same memory if the elements already have that type.</summary>
    internal static ReadOnlyMemory<byte> Convert(this StoredType type, ReadOnlyMemory<byte> elements) => type switch
    {
        StoredType.Float64 => Convert<double, float>(elements, static x => (float)x),
        StoredType.Float16 => Convert<Half, float>(elements, static x => (float)x),
        // A bfloat16 is the upper half of a float32.
        StoredType.BFloat16 => Convert<ushort, float>(elements, static x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
        StoredType.Int32 => Convert<int, long>(elements, static x => x),
        StoredType.Int16 => Convert<short, long>(elements, static x => x),
        StoredType.Int8 => Convert<sbyte, long>(elements, static x => x),
        StoredType.UInt8 or StoredType.Bool => Convert<byte, long>(elements, static x => x),
        _ => elements,
    };

    private static byte[] Convert<TFrom, TTo>(ReadOnlyMemory<byte> elements, Func<TFrom, TTo> convert)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        var from = MemoryMarshal.Cast<byte, TFrom>(elements.Span);
        var bytes = new byte[from.Length * Unsafe.SizeOf<TTo>()];
        var to = MemoryMarshal.Cast<byte, TTo>(bytes.AsSpan());
        for (var i = 0; i < from.Length; i++) to[i] = convert(from[i]);
        return bytes;
    }
}
