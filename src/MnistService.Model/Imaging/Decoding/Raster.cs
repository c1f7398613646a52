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
