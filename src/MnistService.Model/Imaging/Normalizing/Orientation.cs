using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Turns a finished 28×28 picture upright: cheaper than turning a photograph, and the rule has no preferred direction.</summary>
internal static class Orientation
{
    private const int Last = DigitImage.Side - 1;

    /// <param name="pixels">784 bytes.</param>
    /// <param name="stored">How the camera stored them (EXIF).</param>
    public static byte[] Upright(byte[] pixels, SKEncodedOrigin stored)
    {
        if (stored is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default) return pixels;
        var upright = new byte[DigitImage.PixelCount];
        for (var y = 0; y < DigitImage.Side; y++)
        {
            for (var x = 0; x < DigitImage.Side; x++)
            {
                // Where the pixel that belongs at (x, y) is stored.
                var (column, row) = stored switch
                {
                    SKEncodedOrigin.TopRight => (Last - x, y),
                    SKEncodedOrigin.BottomRight => (Last - x, Last - y),
                    SKEncodedOrigin.BottomLeft => (x, Last - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, Last - x),
                    SKEncodedOrigin.RightBottom => (Last - y, Last - x),
                    _ => (Last - y, x), // LeftBottom
                };
                upright[y * DigitImage.Side + x] = pixels[row * DigitImage.Side + column];
            }
        }
        return upright;
    }
}
