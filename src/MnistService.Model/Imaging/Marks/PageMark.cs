using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// A mark: one or more connected components of ink that belong together. A mark is a digit, several touching digits, a part of a digit, or another shape.
/// </summary>
/// <param name="Bounds">Bounding box of the mark, in pixels of <see cref="UprightPage.Ink"/>.</param>
/// <param name="Ink">Sum of the ink over the pixels of the mark, in gray levels.</param>
/// <param name="Labels">Labels of the mark's connected components in <see cref="UprightPage.Found"/>.</param>
internal sealed record PageMark(Box Bounds, double Ink, IReadOnlyList<int> Labels)
{
    public int MiddleX => (Bounds.Left + Bounds.Right) / 2;

    public int MiddleY => (Bounds.Top + Bounds.Bottom) / 2;

    public PageMark Join(PageMark other) => new(Bounds.Include(other.Bounds), Ink + other.Ink, [.. Labels, .. other.Labels]);
}
