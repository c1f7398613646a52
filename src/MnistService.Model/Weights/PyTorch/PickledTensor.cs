using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>A tensor as a pickle describes it: a storage, and where in it the elements lie.</summary>
internal sealed class PickledTensor
{
    /// <summary>PyTorch's limit is 64. Ours need four; and a pickle makes a tensor, which keeps two numbers a dimension, of five bytes.</summary>
    private const int MaxDimensions = 8;

    private readonly long _offset, _count;
    private readonly long[] _shape, _strides;

    private PickledTensor(PickledStorage storage, long offset, long[] shape, long[] strides, long count)
    {
        (Storage, _offset, _shape, _strides, _count) = (storage, offset, shape, strides, count);
    }

    internal PickledStorage Storage { get; }

    /// <summary>Bytes that the tensor takes as float32 or int64.</summary>
    internal long BytesOnceRead => _count * (Storage.Type.StateType() == StateType.I64 ? 8 : 4);

    /// <param name="offset">The first element's place in the storage.</param>
    /// <param name="shape">Length of each dimension.</param>
    /// <param name="strides">Elements from one index of a dimension to the next; 0 where an expanded tensor repeats.</param>
    /// <exception cref="ModelFormatException">An element would lie outside the storage.</exception>
    internal static PickledTensor Create(PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length > MaxDimensions || strides.Length != shape.Length || offset is < 0 or > int.MaxValue || shape.Concat(strides).Any(l => l is < 0 or > int.MaxValue))
            throw Impossible(storage, offset, shape, strides);
        // Sums and products of numbers below 2^31, each checked before the next, fit 64 bits.
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

    /// <summary>The elements, row-major.</summary>
    /// <param name="elements">The storage's.</param>
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
            if (_shape[d] != 1 && _strides[d] != expected) return false; // one index alone: its stride is never used
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
            // The next index, as an odometer turns: the last dimension first.
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
        $"A tensor of {FoundText.Show(shape)} with strides {FoundText.Show(strides)} from element {offset} does not lie within its storage of {storage.Count} elements.");
}
