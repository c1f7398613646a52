using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>A tensor as described in a pickle: a storage, and the offset, shape and strides that select the elements of the tensor from the storage.</summary>
internal sealed class PickledTensor
{
    /// <summary>
    /// Maximum number of dimensions. PyTorch's limit is 64, but the supported networks need four. The lower limit bounds the memory: five bytes of a pickle
    /// suffice to create a tensor, which stores two numbers per dimension.
    /// </summary>
    private const int MaxDimensions = 8;

    private readonly long _offset, _count;
    private readonly long[] _shape, _strides;

    private PickledTensor(PickledStorage storage, long offset, long[] shape, long[] strides, long count)
    {
        (Storage, _offset, _shape, _strides, _count) = (storage, offset, shape, strides, count);
    }

    internal PickledStorage Storage { get; }

    /// <summary>Size of the tensor in bytes after its conversion to float32 or int64.</summary>
    internal long BytesOnceRead => _count * (Storage.Type.StateType() == StateType.I64 ? 8 : 4);

    /// <summary>Size of the tensor in bytes before its conversion. Elements that the tensor refers to several times are counted each time.</summary>
    internal long BytesStored => _count * Storage.Type.Size();

    /// <summary>Creates a tensor, after checking that its elements are within the storage.</summary>
    /// <param name="storage">Storage with the elements.</param>
    /// <param name="offset">Index of the tensor's first element in the storage.</param>
    /// <param name="shape">Length of each dimension.</param>
    /// <param name="strides">Per dimension, the number of elements from one index to the next; 0 for a dimension that was expanded.</param>
    /// <exception cref="ModelFormatException">
    /// The tensor has more than eight dimensions, its offset, shape and strides are inconsistent, or its elements are not within the storage.
    /// </exception>
    internal static PickledTensor Create(PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length > MaxDimensions || strides.Length != shape.Length || offset is < 0 or > int.MaxValue || shape.Concat(strides).Any(l => l is < 0 or > int.MaxValue))
            throw Impossible(storage, offset, shape, strides);
        // No overflow: all factors are below 2^31, and every result is checked before the next operation.
        long count = shape.Contains(0) ? 0 : 1, last = offset;
        for (var d = 0; d < shape.Length && count > 0; d++)
        {
            count *= shape[d];
            last += (shape[d] - 1) * strides[d];
            if (count > int.MaxValue || last >= storage.Count) throw Impossible(storage, offset, shape, strides);
        }
        if (count > 0 && last >= storage.Count) throw Impossible(storage, offset, shape, strides);
        return new(storage, offset, shape, strides, count);
    }

    /// <summary>Returns a row-major float32 or int64 tensor. Elements that already have this layout and type are not copied.</summary>
    /// <param name="name">Name of the tensor in the state dict.</param>
    /// <param name="elements">Elements of <see cref="Storage"/>.</param>
    internal StateTensor Read(string name, ReadOnlyMemory<byte> elements)
    {
        var size = Storage.Type.Size();
        var rowMajor = _count == 0 ? default
            : IsRowMajor() ? elements.Slice((int)(_offset * size), (int)(_count * size))
            : size switch
            {
                8 => Gather<ulong>(elements.Span),
                4 => Gather<uint>(elements.Span),
                2 => Gather<ushort>(elements.Span),
                _ => Gather<byte>(elements.Span),
            };
        return new(name, Storage.Type.StateType(), _shape, Storage.Type.Convert(rowMajor));
    }

    private bool IsRowMajor()
    {
        long expected = 1;
        for (var d = _shape.Length - 1; d >= 0; d--)
        {
            if (_shape[d] != 1 && _strides[d] != expected) return false; // the stride of a dimension of length 1 is never used
            expected *= _shape[d];
        }
        return true;
    }

    private byte[] Gather<T>(ReadOnlySpan<byte> elements) where T : unmanaged
    {
        var from = MemoryMarshal.Cast<byte, T>(elements);
        var bytes = new byte[_count * Unsafe.SizeOf<T>()];
        var to = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        Span<long> index = stackalloc long[_shape.Length];
        index.Clear();
        var place = _offset;
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = from[(int)place];
            // Advance to the next index; the last dimension changes fastest.
            for (var d = _shape.Length - 1; d >= 0; d--)
            {
                place += _strides[d];
                if (++index[d] < _shape[d]) break;
                place -= _shape[d] * _strides[d];
                index[d] = 0;
            }
        }
        return bytes;
    }

    private static ModelFormatException Impossible(PickledStorage storage, long offset, long[] shape, long[] strides) => new(
        $"A tensor of shape {FoundText.Show(shape)} with strides {FoundText.Show(strides)} from element {offset} "
        + $"is not within its storage of {storage.Count} elements, or has more than {MaxDimensions} dimensions. {PickledText.SaveAgain}");
}
