using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Chooses the background behind transparent pixels.</summary>
internal static class Transparency
{
    private const byte White = 255, Black = 0;

    /// <summary>
    /// Returns the gray level of the background behind transparent pixels. The background is black (0) if the paper is transparent and the ink is light,
    /// because light ink would be invisible on white. Otherwise, the background is white (255), as in a browser.
    /// </summary>
    public static byte Under(Bitmap page)
    {
        if (page.Channels == 1 || !PaperIsTransparent(page)) return White;
        var (light, opaque) = (0L, 0L);
        var pixels = page.Pixels;
        for (var i = 0; i < pixels.Length; i += 4)
        {
            light += (pixels[i] + pixels[i + 1] + pixels[i + 2]) * (long)pixels[i + 3];
            opaque += 3L * pixels[i + 3];
        }
        return light > opaque * 170 ? Black : White;
    }

    /// <summary>Returns whether the paper is transparent: more than half of the border pixels have an alpha below 128.</summary>
    private static bool PaperIsTransparent(Bitmap page)
    {
        var (transparent, border) = (0, 0);
        for (var y = 0; y < page.Height; y++)
        {
            var step = y == 0 || y == page.Height - 1 ? 1 : Math.Max(1, page.Width - 1);
            var row = page.Row(y);
            for (var x = 0; x < page.Width; x += step, border++)
                if (row[x * 4 + 3] < 128) transparent++;
        }
        return transparent * 2 > border;
    }
}
