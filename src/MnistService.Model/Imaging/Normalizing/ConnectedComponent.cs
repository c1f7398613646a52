namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A connected component of ink.</summary>
/// <param name="Label">Label of the component's pixels in <see cref="ConnectedComponents.Labels"/>, from 1.</param>
/// <param name="Bounds">Bounding box.</param>
/// <param name="Pixels">Number of pixels.</param>
/// <param name="Sum">Sum of the pixels' ink.</param>
/// <param name="Squares">Sum of squared ink. The square makes strong strokes outweigh faint shadows.</param>
/// <param name="Cubes">Sum of cubed ink.</param>
/// <param name="Fourths">Sum of ink to the fourth power.</param>
internal readonly record struct ConnectedComponent(int Label, Box Bounds, int Pixels, double Sum, double Squares, double Cubes, double Fourths)
{
    /// <summary>Typical ink of the strokes in gray levels. Faint edges and shadows have little weight.</summary>
    public double Strength => Fourths / Cubes;
}
