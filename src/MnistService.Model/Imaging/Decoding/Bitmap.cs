using System.Runtime.InteropServices;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// A decoded bitmap, row-major without padding: 1 byte (gray) or 4 bytes (red, green, blue, alpha; not premultiplied) per pixel. The memory is
/// native, so that a large bitmap is freed immediately on <see cref="Dispose"/> instead of being kept by a pool or the garbage collector.
/// </summary>
internal sealed unsafe class Bitmap : IDisposable
{
    private byte* _bytes;

    public Bitmap(int width, int height, int channels)
    {
        (Width, Height, Channels) = (width, height, channels);
        _bytes = (byte*)NativeMemory.AllocZeroed((nuint)Length);
    }

    ~Bitmap() => Free();

    public int Width { get; }

    public int Height { get; }

    /// <summary>Bytes per pixel: 1 (gray) or 4 (RGBA).</summary>
    public int Channels { get; }

    public int Length => Width * Height * Channels;

    public nint Address => (nint)_bytes;

    public ReadOnlySpan<byte> Pixels => new(_bytes, Length);

    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Width * Channels, Width * Channels);

    /// <summary>Unfilters and stores a row of an 8-bit grayscale PNG. Rows must be added in order from the top.</summary>
    /// <param name="filter">PNG filter type, 0 to 4.</param>
    /// <param name="row">Filtered bytes of the row. Replaced by the unfiltered bytes.</param>
    /// <param name="y">Index of the row, from 0.</param>
    public void Add(byte filter, Span<byte> row, int y)
    {
        var target = new Span<byte>(_bytes + (nint)y * Width, Width);
        // For the first row, PNG defines the row above as zeros. The target row still contains only zeros here, so it serves as the row above.
        PngFilter.Undo(filter, row, y == 0 ? target : Row(y - 1));
        row.CopyTo(target);
    }

    /// <summary>
    /// Makes all pixels opaque if all pixels are completely transparent, as browsers do. Many programs write BMP files with an alpha value of 0 in all pixels.
    /// </summary>
    public void MakeOpaqueIfInvisible()
    {
        if (Channels != 4) return;
        var pixels = MemoryMarshal.Cast<byte, uint>(new Span<byte>(_bytes, Length));
        var alpha = BitConverter.IsLittleEndian ? 0xFF000000 : 0xFF;
        foreach (var pixel in pixels)
            if ((pixel & alpha) != 0) return;
        foreach (ref var pixel in pixels) pixel |= alpha;
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
