using System.Runtime.InteropServices;
using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

/// <summary>Small planes, pages and bitmaps for the tests of the normalization's steps.</summary>
internal static class TestPlanes
{
    /// <summary>Creates a plane from rows of text: <c>.</c> is 0, a digit n is n × <paramref name="unit"/>.</summary>
    internal static Plane Parse(float unit, params string[] rows) =>
        Create(rows[0].Length, rows.Length, (x, y) => rows[y][x] == '.' ? 0 : (rows[y][x] - '0') * unit);

    internal static Plane Create(int width, int height, Func<int, int, double> value)
    {
        var plane = new Plane(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++) plane[x, y] = (float)value(x, y);
        return plane;
    }

    /// <summary>Creates a plane of one level with filled boxes; later boxes cover earlier ones.</summary>
    internal static Plane Boxes(int width, int height, float paper, params ReadOnlySpan<(Box Box, float Level)> boxes)
    {
        var plane = Create(width, height, (_, _) => paper);
        foreach (var (box, level) in boxes)
            for (var y = box.Top; y < box.Bottom; y++) plane.Row(y)[box.Left..box.Right].Fill(level);
        return plane;
    }

    /// <summary>Returns the four sides of a frame with this outer edge.</summary>
    internal static Box[] Sides(Box outer, int thickness) =>
    [
        outer with { Bottom = outer.Top + thickness },
        outer with { Top = outer.Bottom - thickness },
        outer with { Right = outer.Left + thickness },
        outer with { Left = outer.Right - thickness },
    ];

    /// <summary>Creates a page whose block size is 1, with one or three channels.</summary>
    internal static PageColors Page(params Plane[] channels) => new(channels, Block: 1);

    /// <param name="pixel">Bytes of a pixel: 1 (gray) or 4 (RGBA).</param>
    internal static Bitmap CreateBitmap(int width, int height, Func<int, int, byte[]> pixel)
    {
        var bitmap = new Bitmap(width, height, pixel(0, 0).Length);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++) Marshal.Copy(pixel(x, y), 0, bitmap.Address + (y * width + x) * bitmap.Channels, bitmap.Channels);
        return bitmap;
    }

    /// <summary>Center of mass; the center of the first pixel is (0, 0).</summary>
    internal static (double X, double Y) CenterOfMass(ReadOnlySpan<byte> frame)
    {
        var (sum, x, y) = (0.0, 0.0, 0.0);
        for (var i = 0; i < frame.Length; i++) (sum, x, y) = (sum + frame[i], x + frame[i] * (i % 28), y + frame[i] * (i / 28));
        return (x / sum, y / sum);
    }

    /// <summary>Bounding box of the pixels of a 28×28 frame that are at least <paramref name="least"/>.</summary>
    internal static Box Bounds(ReadOnlySpan<byte> frame, byte least)
    {
        var (left, top, right, bottom) = (28, 28, 0, 0);
        for (var i = 0; i < frame.Length; i++)
        {
            if (frame[i] < least) continue;
            (left, top, right, bottom) = (Math.Min(left, i % 28), Math.Min(top, i / 28), Math.Max(right, i % 28 + 1), Math.Max(bottom, i / 28 + 1));
        }
        return new(left, top, right, bottom);
    }
}
