using System.Runtime.InteropServices;
using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A region of a decoded image, downscaled by block averaging.</summary>
/// <param name="Channels">Values 0–255: one plane if the region is gray, otherwise three planes (red, green, blue).</param>
/// <param name="Block">Side in pixels of the squares that are averaged; 1 if the region is not downscaled.</param>
/// <remarks>
/// Block averaging keeps ink: a line thinner than a block becomes fainter but does not vanish, and noise decreases more than the line's strength.
/// </remarks>
internal sealed record PageColors(Plane[] Channels, int Block)
{
    public int Width => Channels[0].Width;

    public int Height => Channels[0].Height;

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
        for (var c = 0; c < channels.Length; c++) channels[c] = new Plane(width, height);
        for (var y = 0; y < part.Height; y++)
        {
            var row = page.Row(part.Top + y).Slice(part.Left * page.Channels, part.Width * page.Channels);
            if (page.Channels == 1) AddGray(row, channels[0], y / block, block);
            else if (channels.Length == 1) AddRed(row, channels[0], y / block, block, under);
            else AddColors(row, channels, y / block, block, under);
        }
        foreach (var channel in channels) Average(channel, part, block);
        return new(channels, block);
    }

    /// <summary>Returns a part of the downscaled image.</summary>
    /// <param name="box">The part in pixels of the downscaled image.</param>
    public PageColors Crop(Box box) => new(Array.ConvertAll(Channels, channel => channel.Crop(box)), Block);

    /// <summary>Returns the side in pixels of the smallest block that reduces the longer side to at most <paramref name="longSide"/>.</summary>
    public static int BlockFor(Box part, int longSide) => (part.LongSide + longSide - 1) / longSide;

    /// <summary>Returns whether red, green and blue are equal in all pixels, as in most scans and drawings. One channel is then a third of the work.</summary>
    private static bool IsGray(Bitmap page, Box part)
    {
        for (var y = part.Top; y < part.Bottom; y++)
        {
            foreach (var pixel in MemoryMarshal.Cast<byte, uint>(page.Row(y).Slice(part.Left * 4, part.Width * 4)))
                if (((pixel ^ pixel >> 8) & 0xFFFF) != 0) return false; // compares red with green, and green with blue
        }
        return true;
    }

    private static void AddGray(ReadOnlySpan<byte> row, Plane sums, int y, int block)
    {
        var target = sums.Values.AsSpan(y * sums.Width, sums.Width);
        for (var (x, at) = (0, 0); x < target.Length; x++)
            for (var end = Math.Min(at + block, row.Length); at < end; at++) target[x] += row[at];
    }

    private static void AddRed(ReadOnlySpan<byte> row, Plane sums, int y, int block, byte under)
    {
        var target = sums.Values.AsSpan(y * sums.Width, sums.Width);
        for (var (x, at) = (0, 0); x < target.Length; x++)
            for (var end = Math.Min(at + block * 4, row.Length); at < end; at += 4) target[x] += Over(row[at], row[at + 3], under);
    }

    private static void AddColors(ReadOnlySpan<byte> row, Plane[] sums, int y, int block, byte under)
    {
        var width = sums[0].Width;
        var red = sums[0].Values.AsSpan(y * width, width);
        var green = sums[1].Values.AsSpan(y * width, width);
        var blue = sums[2].Values.AsSpan(y * width, width);
        for (var (x, at) = (0, 0); x < red.Length; x++)
        {
            for (var end = Math.Min(at + block * 4, row.Length); at < end; at += 4)
            {
                var alpha = row[at + 3];
                red[x] += Over(row[at], alpha, under);
                green[x] += Over(row[at + 1], alpha, under);
                blue[x] += Over(row[at + 2], alpha, under);
            }
        }
    }

    private static int Over(byte value, byte alpha, byte under) => alpha == 255 ? value : (value * alpha + under * (255 - alpha) + 127) / 255;

    private static void Average(Plane sums, Box part, int block)
    {
        if (block == 1) return;
        for (var y = 0; y < sums.Height; y++)
        {
            var rows = Math.Min(block, part.Height - y * block);
            for (var x = 0; x < sums.Width; x++) sums[x, y] /= rows * Math.Min(block, part.Width - x * block);
        }
    }
}
