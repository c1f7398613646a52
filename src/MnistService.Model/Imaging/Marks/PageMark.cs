using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>One or more connected components that certainly belong together: a digit, touching digits, or a part of a digit.</summary>
/// <param name="Bounds">Bounding box in pixels of the upright page.</param>
/// <param name="Ink">Sum of the ink in gray levels.</param>
/// <param name="Labels">Labels of the components.</param>
internal sealed record PageMark(Box Bounds, double Ink, IReadOnlyList<int> Labels)
{
    public int MiddleX => (Bounds.Left + Bounds.Right) / 2;

    public int MiddleY => (Bounds.Top + Bounds.Bottom) / 2;

    public PageMark Join(PageMark other) => new(Bounds.Include(other.Bounds), Ink + other.Ink, [.. Labels, .. other.Labels]);
}
