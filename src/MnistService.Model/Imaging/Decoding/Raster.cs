using System.Runtime.InteropServices;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Decoded pixels, row by row without gaps: 1 byte (grey) or 4 (red, green, blue, alpha; not premultiplied) a pixel. The memory
/// is native, so that a large picture is given back at once and not kept by a pool or the garbage collector.
/// </summary>
internal sealed unsafe class Raster : IDisposable
{
    private byte* _bytes;

    public Raster(int width, int height, int channels)
    {
        (Width, Height, Channels) = (width, height, channels);
        _bytes = (byte*)NativeMemory.AllocZeroed((nuint)Length);
    }

    ~Raster() => Free();

    public int Width { get; }

    public int Height { get; }

    /// <summary>1 or 4.</summary>
    public int Channels { get; }

    public int Length => Width * Height * Channels;

    public nint Address => (nint)_bytes;

    public ReadOnlySpan<byte> Pixels => new(_bytes, Length);

    /// <summary>One row of pixels.</summary>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Width * Channels, Width * Channels);

    /// <summary>Takes a PNG's row of grey bytes; the rows come from the top to the bottom.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">Its bytes, still filtered; unfiltered in place.</param>
    public void Add(byte filter, Span<byte> row, int y)
    {
        var target = new Span<byte>(_bytes + (nint)y * Width, Width);
        // The first row's own place still holds the zeros that stand above it.
        PngFilter.Undo(filter, row, y == 0 ? target : Row(y - 1));
        row.CopyTo(target);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }
}
