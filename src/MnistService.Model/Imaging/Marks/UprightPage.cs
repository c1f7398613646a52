using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Imaging.Marks;

/// <summary>The ink on the sheet of paper in an image (<see cref="Sheet"/>), in upright orientation.</summary>
/// <param name="Page">The same ink, before the EXIF orientation is applied.</param>
/// <param name="Ink">Ink in gray levels, at the resolution of the downscaled image.</param>
/// <param name="Found">Connected components of <paramref name="Ink"/>.</param>
/// <param name="Place">Position and scale of <paramref name="Ink"/> in the upright image.</param>
internal sealed record UprightPage(LocatedPage Page, Plane Ink, ConnectedComponents Found, PlanePlacement Place)
{
    public static UprightPage Of(LocatedPage page, DecodedImage image)
    {
        var ink = ExifOrientation.Upright(page.Ink.Ink, image.Orientation);
        var found = ExifOrientation.UprightComponents(page.Selection.Found, page.Ink.Ink.Width, page.Ink.Ink.Height, image.Orientation);
        var (sheet, block) = (page.Sheet.Bounds, page.Sheet.Colors.Block);
        var stored = new Box(sheet.Left * block, sheet.Top * block, sheet.Right * block, sheet.Bottom * block);
        return new(page, ink, found, PlanePlacement.Of(image, stored, block));
    }

    /// <summary>
    /// Returns the connected components without underlines, lines above digits, brackets, and open boxes and circles around digits. Brackets whose shape can be
    /// a 1 are kept.
    /// </summary>
    public IReadOnlyList<ConnectedComponent> WithoutSurroundings() => Surroundings.Remove(Found, Ink.Width, Ink.Height, SKEncodedOrigin.TopLeft, isNumber: true);
}
