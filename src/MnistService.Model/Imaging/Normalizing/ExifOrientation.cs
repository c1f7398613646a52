using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Applies the EXIF orientation. The digit is rotated after it was redrawn at a small size, because rotating a whole photo takes longer. The rotation precedes
/// the centering, because the target center, pixel (14, 14) counted from 0, is not the center of the 28×28 frame.
/// </summary>
internal static class ExifOrientation
{
    /// <summary>Rotates or mirrors a plane to upright.</summary>
    /// <param name="plane">Pixels in the stored orientation.</param>
    /// <param name="stored">EXIF orientation of the stored pixels.</param>
    /// <returns>The upright plane; <paramref name="plane"/> itself if the plane is already upright.</returns>
    public static Plane Upright(Plane plane, SKEncodedOrigin stored)
    {
        if (IsUpright(stored)) return plane;
        var upright = SwapsSides(stored) ? new Plane(plane.Height, plane.Width) : new Plane(plane.Width, plane.Height);
        Turn(plane.Values, upright.Values, plane.Width, plane.Height, stored);
        return upright;
    }

    /// <summary>Rotates or mirrors the components of an image to upright.</summary>
    /// <param name="found">Components in the stored orientation.</param>
    /// <param name="width">Width of the stored image in pixels.</param>
    /// <param name="height">Height of the stored image in pixels.</param>
    /// <param name="stored">EXIF orientation of the stored image.</param>
    /// <returns>The upright components; <paramref name="found"/> itself if the components are already upright.</returns>
    public static ConnectedComponents UprightComponents(ConnectedComponents found, int width, int height, SKEncodedOrigin stored)
    {
        if (IsUpright(stored)) return found;
        var labels = new int[found.Labels.Length];
        Turn(found.Labels, labels, width, height, stored);
        return new(labels, [.. found.Parts.Select(part => part with { Bounds = Upright(part.Bounds, width, height, stored) })]);
    }

    /// <summary>Rotates or mirrors a normalized 28×28 image to upright, without centering the digit again.</summary>
    /// <param name="pixels">784 bytes, row-major.</param>
    /// <param name="stored">EXIF orientation of the pixels.</param>
    /// <returns>784 upright bytes; <paramref name="pixels"/> itself if the image is already upright.</returns>
    public static byte[] Upright(byte[] pixels, SKEncodedOrigin stored)
    {
        if (IsUpright(stored)) return pixels;
        var upright = new byte[DigitImage.PixelCount];
        Turn(pixels, upright, DigitImage.Side, DigitImage.Side, stored);
        return upright;
    }

    /// <summary>Converts a box from the stored orientation to the upright orientation.</summary>
    /// <param name="box">A box in pixels of the stored image.</param>
    /// <param name="width">Width of the stored image in pixels.</param>
    /// <param name="height">Height of the stored image in pixels.</param>
    /// <param name="stored">EXIF orientation of the stored pixels.</param>
    public static Box Upright(Box box, int width, int height, SKEncodedOrigin stored)
    {
        var (left, right) = (width - box.Right, width - box.Left); // mirrored horizontally
        var (top, bottom) = (height - box.Bottom, height - box.Top); // mirrored vertically
        return stored switch
        {
            SKEncodedOrigin.TopRight => new(left, box.Top, right, box.Bottom),
            SKEncodedOrigin.BottomRight => new(left, top, right, bottom),
            SKEncodedOrigin.BottomLeft => new(box.Left, top, box.Right, bottom),
            SKEncodedOrigin.LeftTop => new(box.Top, box.Left, box.Bottom, box.Right),
            SKEncodedOrigin.RightTop => new(top, box.Left, bottom, box.Right),
            SKEncodedOrigin.RightBottom => new(top, left, bottom, right),
            SKEncodedOrigin.LeftBottom => new(box.Top, left, box.Bottom, right),
            _ => box,
        };
    }

    /// <summary>Returns the orientation whose transformation reverses that of <paramref name="stored"/>.</summary>
    public static SKEncodedOrigin Inverse(SKEncodedOrigin stored) => stored switch
    {
        SKEncodedOrigin.RightTop => SKEncodedOrigin.LeftBottom,
        SKEncodedOrigin.LeftBottom => SKEncodedOrigin.RightTop,
        _ => stored,
    };

    /// <summary>Returns the width and the height of the upright image in pixels.</summary>
    /// <param name="width">Width of the stored image in pixels.</param>
    /// <param name="height">Height of the stored image in pixels.</param>
    /// <param name="stored">EXIF orientation of the stored image.</param>
    public static (int Width, int Height) UprightSize(int width, int height, SKEncodedOrigin stored) => SwapsSides(stored) ? (height, width) : (width, height);

    /// <summary>Returns whether width and height are exchanged between the stored image and the upright image.</summary>
    public static bool SwapsSides(SKEncodedOrigin stored) => stored >= SKEncodedOrigin.LeftTop;

    private static bool IsUpright(SKEncodedOrigin stored) => stored is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default;

    /// <summary>Copies row-major values from the stored orientation to the upright orientation.</summary>
    /// <param name="width">Width of the stored image in pixels.</param>
    /// <param name="height">Height of the stored image in pixels.</param>
    private static void Turn<T>(ReadOnlySpan<T> source, Span<T> upright, int width, int height, SKEncodedOrigin stored)
    {
        var (columns, rows) = UprightSize(width, height, stored);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var (column, row) = Stored(x, y, width - 1, height - 1, stored);
                upright[y * columns + x] = source[row * width + column];
            }
        }
    }

    /// <summary>Converts pixel (<paramref name="x"/>, <paramref name="y"/>) of the upright image to its column and row in the stored image.</summary>
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
