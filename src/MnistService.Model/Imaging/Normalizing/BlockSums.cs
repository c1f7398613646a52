using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Averages square blocks of pixels with vector instructions, for <see cref="PageColors"/>. First, the pixel rows of the blocks are added to one row of sums.
/// Then, the sums within each block are added and divided by the number of pixels.
/// </summary>
internal static class BlockSums
{
    /// <summary>Copies a row of pixels into the planes of the color channels, without downscaling.</summary>
    /// <param name="row">One byte per pixel (gray), or four bytes per pixel: red, green, blue and an unused byte.</param>
    /// <param name="bytes">Bytes per pixel: 1 or 4.</param>
    /// <param name="y">Index of the row to write in each channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(ReadOnlySpan<byte> row, Plane[] channels, int bytes, int y)
    {
        if (bytes == 1)
        {
            var gray = channels[0].Row(y);
            for (var i = 0; i < gray.Length; i++) gray[i] = row[i];
            return;
        }
        var pixels = MemoryMarshal.Cast<byte, uint>(row);
        for (var c = 0; c < channels.Length; c++)
        {
            var target = channels[c].Row(y);
            var (shift, x) = (8 * c, 0);
            for (; x <= target.Length - Vector256<uint>.Count; x += Vector256<uint>.Count)
                Vector256.ConvertToSingle((Vector256.Create(pixels[x..]) >>> shift & Vector256.Create(0xFFu)).AsInt32()).CopyTo(target[x..]);
            for (; x < target.Length; x++) target[x] = row[4 * x + c];
        }
    }

    /// <summary>Adds each byte of <paramref name="row"/> to the element of <paramref name="sums"/> with the same index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<byte> row, Span<uint> sums)
    {
        var i = 0;
        for (; i <= row.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(row[i..]));
            AddWidened(low, sums[i..]);
            AddWidened(high, sums[(i + 8)..]);
        }
        for (; i < row.Length; i++) sums[i] += row[i];
    }

    private static void AddWidened(Vector128<ushort> values, Span<uint> sums)
    {
        var (low, high) = Vector128.Widen(values);
        (Vector128.Create<uint>(sums) + low).CopyTo(sums);
        (Vector128.Create<uint>(sums[4..]) + high).CopyTo(sums[4..]);
    }

    /// <summary>Writes the averages of one row of blocks into the planes of the color channels.</summary>
    /// <param name="sums">
    /// Sum of each byte position over the pixel rows of the blocks. The layout is that of a pixel row: <paramref name="bytes"/> sums per pixel.
    /// </param>
    /// <param name="bytes">Bytes per pixel: 1 or 4.</param>
    /// <param name="y">Index of the row to write in each channel.</param>
    /// <param name="block">Width of a block in pixels. The last block of the row can be narrower.</param>
    /// <param name="rows">Number of pixel rows that were added to <paramref name="sums"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Average(ReadOnlySpan<uint> sums, Plane[] channels, int bytes, int y, int block, int rows)
    {
        for (var (x, at) = (0, 0); at < sums.Length; x++)
        {
            var end = Math.Min(sums.Length, at + block * bytes);
            float pixels = rows * ((end - at) / bytes);
            if (bytes == 1)
            {
                var sum = 0u;
                for (; at < end; at++) sum += sums[at];
                channels[0][x, y] = sum / pixels;
                continue;
            }
            var colors = Vector128<uint>.Zero;
            for (; at < end; at += 4) colors += Vector128.Create(sums[at..]);
            var means = Vector128.ConvertToSingle(colors.AsInt32()) / pixels;
            for (var c = 0; c < channels.Length; c++) channels[c][x, y] = means[c];
        }
    }
}
