using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Turns upright what a turned camera stored. The digit is turned once it is found and drawn small, which is cheaper than turning a
/// photograph; but before it is centred, because MNIST's centre, (14, 14) counted from 0, is not the frame's.
/// </summary>
internal static class Orientation
{
    /// <param name="plane">As stored.</param>
    /// <param name="stored">How (EXIF).</param>
    public static Plane Upright(Plane plane, SKEncodedOrigin stored)
    {
        if (stored is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default) return plane;
        var lies = stored >= SKEncodedOrigin.LeftTop; // the four in which rows were stored as columns
        var upright = lies ? new Plane(plane.Height, plane.Width) : new Plane(plane.Width, plane.Height);
        for (var y = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++)
            {
                var (column, row) = Stored(x, y, plane.Width - 1, plane.Height - 1, stored);
                upright[x, y] = plane[column, row];
            }
        }
        return upright;
    }

    /// <summary>A finished 28×28 picture that is not to be moved.</summary>
    public static byte[] Upright(byte[] pixels, SKEncodedOrigin stored)
    {
        if (stored is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default) return pixels;
        const int Last = DigitImage.Side - 1;
        var upright = new byte[DigitImage.PixelCount];
        for (var i = 0; i < upright.Length; i++)
        {
            var (column, row) = Stored(i % DigitImage.Side, i / DigitImage.Side, Last, Last, stored);
            upright[i] = pixels[row * DigitImage.Side + column];
        }
        return upright;
    }

    /// <summary>Where the pixel that belongs at (x, y) is stored.</summary>
    private static (int Column, int Row) Stored(int x, int y, int lastColumn, int lastRow, SKEncodedOrigin stored) => stored switch
    {
        SKEncodedOrigin.TopRight => (lastColumn - x, y),
        SKEncodedOrigin.BottomRight => (lastColumn - x, lastRow - y),
        SKEncodedOrigin.BottomLeft => (x, lastRow - y),
        SKEncodedOrigin.LeftTop => (y, x),
        SKEncodedOrigin.RightTop => (y, lastRow - x),
        SKEncodedOrigin.RightBottom => (lastColumn - y, lastRow - x),
        _ => (lastColumn - y, x), // LeftBottom
    };
}
