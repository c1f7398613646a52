namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Connected components of ink above a threshold, with 8-connectivity.</summary>
internal sealed class ConnectedComponents
{
    public ConnectedComponents(int[] labels, IReadOnlyList<ConnectedComponent> parts) => (Labels, Parts) = (labels, parts);

    /// <summary>One label per pixel, row-major: 0 for paper, otherwise <see cref="ConnectedComponent.Label"/>.</summary>
    public int[] Labels { get; }

    public IReadOnlyList<ConnectedComponent> Parts { get; }

    public static ConnectedComponents Find(Plane ink, double threshold)
    {
        var labels = new int[ink.Values.Length];
        var parts = new List<ConnectedComponent>();
        var stack = new Stack<int>();
        for (var start = 0; start < labels.Length; start++)
            if (labels[start] == 0 && ink.Values[start] > threshold) parts.Add(Flood(ink, threshold, labels, start, parts.Count + 1, stack));
        return new(labels, parts);
    }

    private static ConnectedComponent Flood(Plane ink, double threshold, int[] labels, int start, int label, Stack<int> stack)
    {
        var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, 0, 0);
        var (pixels, sum, squares, cubes, fourths) = (0, 0.0, 0.0, 0.0, 0.0);
        labels[start] = label;
        stack.Push(start);
        while (stack.TryPop(out var at))
        {
            var (y, x) = Math.DivRem(at, ink.Width);
            double value = ink.Values[at];
            var square = value * value;
            (pixels, sum, squares, cubes, fourths) = (pixels + 1, sum + value, squares + square, cubes + square * value, fourths + square * square);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            for (var ny = Math.Max(0, y - 1); ny <= Math.Min(ink.Height - 1, y + 1); ny++)
            {
                for (var nx = Math.Max(0, x - 1); nx <= Math.Min(ink.Width - 1, x + 1); nx++)
                {
                    var neighbor = ny * ink.Width + nx;
                    if (labels[neighbor] != 0 || ink.Values[neighbor] <= threshold) continue;
                    labels[neighbor] = label;
                    stack.Push(neighbor);
                }
            }
        }
        return new(label, new Box(left, top, right, bottom), pixels, sum, squares, cubes, fourths);
    }
}

/// <summary>A connected component of ink.</summary>
/// <param name="Label">Label of the component's pixels in <see cref="ConnectedComponents.Labels"/>, from 1.</param>
/// <param name="Bounds">Bounding box.</param>
/// <param name="Pixels">Number of pixels.</param>
/// <param name="Sum">Sum of the pixels' ink in gray levels.</param>
/// <param name="Squares">Sum of squared ink. The square makes strong strokes outweigh faint shadows.</param>
/// <param name="Cubes">Sum of cubed ink.</param>
/// <param name="Fourths">Sum of ink to the fourth power.</param>
internal readonly record struct ConnectedComponent(int Label, Box Bounds, int Pixels, double Sum, double Squares, double Cubes, double Fourths)
{
    /// <summary>Mean ink of the pixels in gray levels, weighted by the cube of the ink. Faint edges and shadows therefore have little weight.</summary>
    public double Strength => Fourths / Cubes;
}
