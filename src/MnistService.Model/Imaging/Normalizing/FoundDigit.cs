namespace MnistService.Model.Imaging.Normalizing;

/// <summary>The segmented digit.</summary>
/// <param name="Ink">Ink of the digit only: 0 = paper, 1 = typical stroke strength.</param>
/// <param name="Bounds">Bounding box of the digit in <paramref name="Ink"/>.</param>
internal sealed record FoundDigit(Plane Ink, Box Bounds);
