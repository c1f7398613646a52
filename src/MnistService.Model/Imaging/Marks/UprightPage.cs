using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Imaging.Marks;

/// <summary>The ink of a located page in upright orientation.</summary>
/// <param name="Page">The located page in the stored orientation.</param>
/// <param name="Ink">Ink in gray levels.</param>
/// <param name="Found">Components of <paramref name="Ink"/>.</param>
/// <param name="Place">Position of <paramref name="Ink"/> in the image.</param>
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

    /// <summary>Returns the components without underlines and frames. Shapes that may be a 1 remain.</summary>
    public IReadOnlyList<ConnectedComponent> WithoutSurroundings() => Surroundings.Remove(Found, Ink.Width, Ink.Height, SKEncodedOrigin.TopLeft, isNumber: true);
}
