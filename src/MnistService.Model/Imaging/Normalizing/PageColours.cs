using System.Runtime.InteropServices;
using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A part of a page, reduced by averaging blocks of pixels, as one plane a colour channel (0–255), or a single one where it is grey.</summary>
/// <remarks>
/// Averaging keeps ink: a line thinner than a block becomes fainter and not absent, and noise falls faster than the line does.
/// </remarks>
internal sealed record PageColours(Plane[] Channels, Box Part, int Block)
{
    public int Width => Channels[0].Width;

    public int Height => Channels[0].Height;

    /// <param name="page">The decoded page.</param>
    /// <param name="part">What to take of it.</param>
    /// <param name="longSide">Pixels at most on the longer side of the result.</param>
    /// <param name="under">What shows through transparent pixels: 255 white, 0 black.</param>
    public static PageColours Take(Raster page, Box part, int longSide, byte under)
    {
        var block = BlockFor(part, longSide);
        var (width, height) = ((part.Width + block - 1) / block, (part.Height + block - 1) / block);
        var channels = new Plane[page.Channels == 1 || IsGrey(page, part) ? 1 : 3];
        for (var c = 0; c < channels.Length; c++) channels[c] = new Plane(width, height);
        for (var y = 0; y < part.Height; y++)
        {
            var row = page.Row(part.Top + y).Slice(part.Left * page.Channels, part.Width * page.Channels);
            if (page.Channels == 1) AddGrey(row, channels[0], y / block, block);
            else if (channels.Length == 1) AddRed(row, channels[0], y / block, block, under);
            else AddColours(row, channels, y / block, block, under);
        }
        foreach (var channel in channels) Average(channel, part, block);
        return new(channels, part, block);
    }

    /// <summary>The side of the blocks that bring a part below a size.</summary>
    public static int BlockFor(Box part, int longSide) => (part.LongSide + longSide - 1) / longSide;

    /// <summary>Whether red, green and blue are the same everywhere, as in most scans and drawings: a third of the work.</summary>
    private static bool IsGrey(Raster page, Box part)
    {
        for (var y = part.Top; y < part.Bottom; y++)
        {
            foreach (var pixel in MemoryMarshal.Cast<byte, uint>(page.Row(y).Slice(part.Left * 4, part.Width * 4)))
                if (((pixel ^ pixel >> 8) & 0xFFFF) != 0) return false; // red against green, green against blue
        }
        return true;
    }

    private static void AddGrey(ReadOnlySpan<byte> row, Plane sums, int y, int block)
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

    private static void AddColours(ReadOnlySpan<byte> row, Plane[] sums, int y, int block, byte under)
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
