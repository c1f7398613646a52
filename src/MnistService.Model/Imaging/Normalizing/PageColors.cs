using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A region of a decoded image, downscaled by block averaging.</summary>
/// <param name="Channels">Values 0–255: one plane if the region is gray, otherwise three planes (red, green, blue).</param>
/// <param name="Block">Side in pixels of the square blocks that are averaged; 1 if the region is not downscaled.</param>
/// <remarks>
/// Block averaging keeps thin strokes. A line that is thinner than a block becomes fainter but does not vanish. The noise decreases at least as much as the
/// contrast of the line.
/// </remarks>
internal sealed record PageColors(Plane[] Channels, int Block)
{
    public int Width => Channels[0].Width;

    public int Height => Channels[0].Height;

    /// <summary>Returns the brightness of each pixel in gray levels (luma of ITU-R BT.601). For a gray page, this is the page's own plane.</summary>
    public Plane Luma()
    {
        if (Channels is not [var red, var green, var blue]) return Channels[0];
        var result = Plane.CreateUninitialized(Width, Height);
        for (var i = 0; i < result.Values.Length; i++) result.Values[i] = 0.299f * red.Values[i] + 0.587f * green.Values[i] + 0.114f * blue.Values[i];
        return result;
    }

    /// <summary>Downscales a region of an image.</summary>
    /// <param name="page">The full image.</param>
    /// <param name="part">The region, in pixels of the full image.</param>
    /// <param name="longSide">Maximum length of the result's longer side in pixels.</param>
    /// <param name="under">Background behind transparent pixels: 255 white, 0 black.</param>
    public static PageColors Take(Bitmap page, Box part, int longSide, byte under)
    {
        var block = BlockFor(part, longSide);
        var (width, height) = ((part.Width + block - 1) / block, (part.Height + block - 1) / block);
        var channels = new Plane[page.Channels == 1 || IsGray(page, part) ? 1 : 3];
        for (var c = 0; c < channels.Length; c++) channels[c] = Plane.CreateUninitialized(width, height);
        var blended = page.Channels == 1 ? [] : new byte[part.Width * page.Channels];
        var sums = block == 1 ? [] : new uint[part.Width * page.Channels];
        for (var y = 0; y < part.Height; y++)
        {
            var row = page.Row(part.Top + y).Slice(part.Left * page.Channels, part.Width * page.Channels);
            if (page.Channels == 4) row = Over(row, under, blended);
            if (block == 1)
            {
                BlockSums.Copy(row, channels, page.Channels, y);
                continue;
            }
            BlockSums.Add(row, sums);
            if ((y + 1) % block != 0 && y + 1 < part.Height) continue;
            BlockSums.Average(sums, channels, page.Channels, y / block, block, rows: y % block + 1);
            sums.AsSpan().Clear();
        }
        return new(channels, block);
    }

    /// <summary>Returns a part of the downscaled image.</summary>
    /// <param name="box">The part, in pixels of the downscaled image.</param>
    public PageColors Crop(Box box) => new(Array.ConvertAll(Channels, channel => channel.Crop(box)), Block);

    /// <summary>
    /// Returns the side in pixels of the smallest block that reduces the longer side of a region to at most <paramref name="longSide"/> pixels.
    /// </summary>
    public static int BlockFor(Box part, int longSide) => (part.LongSide + longSide - 1) / longSide;

    /// <summary>
    /// Returns whether red, green and blue are equal in all pixels of a region, as in most scans and drawings. In this case, one channel is processed instead
    /// of three.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsGray(Bitmap page, Box part)
    {
        for (var y = part.Top; y < part.Bottom; y++)
        {
            var pixels = MemoryMarshal.Cast<byte, uint>(page.Row(y).Slice(part.Left * 4, part.Width * 4));
            var x = 0;
            for (; x <= pixels.Length - Vector<uint>.Count; x += Vector<uint>.Count)
            {
                var eight = new Vector<uint>(pixels[x..]);
                if (((eight ^ eight >>> 8) & new Vector<uint>(0xFFFF)) != Vector<uint>.Zero) return false; // red differs from green, or green from blue
            }
            for (; x < pixels.Length; x++)
                if (((pixels[x] ^ pixels[x] >> 8) & 0xFFFF) != 0) return false;
        }
        return true;
    }

    /// <summary>Blends a row of pixels with the background.</summary>
    /// <param name="row">Red, green, blue and alpha of each pixel.</param>
    /// <param name="under">Gray level of the background, 0–255.</param>
    /// <param name="buffer">Receives the blended pixels if at least one pixel is not opaque.</param>
    /// <returns>
    /// Red, green, blue and an unused byte of each pixel: <paramref name="row"/> itself if all pixels are opaque, otherwise <paramref name="buffer"/>.
    /// </returns>
    private static ReadOnlySpan<byte> Over(ReadOnlySpan<byte> row, byte under, byte[] buffer)
    {
        const uint Alpha = 0xFF000000;
        if (MemoryMarshal.Cast<byte, uint>(row).IndexOfAnyInRange(0u, Alpha - 1) < 0) return row;
        for (var at = 0; at < row.Length; at += 4)
            for (var (i, alpha) = (at, row[at + 3]); i < at + 3; i++) buffer[i] = (byte)(alpha == 255 ? row[i] : (row[i] * alpha + under * (255 - alpha) + 127) / 255);
        return buffer;
    }
}
