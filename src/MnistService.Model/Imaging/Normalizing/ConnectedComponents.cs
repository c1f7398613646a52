namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Connected components of the pixels whose ink is above a threshold, with 8-connectivity.</summary>
internal sealed class ConnectedComponents
{
    private readonly Lazy<int[]> _labels;

    public ConnectedComponents(int[] labels, IReadOnlyList<ConnectedComponent> parts) => (_labels, Parts) = (new(labels), parts);

    private ConnectedComponents(Lazy<int[]> labels, IReadOnlyList<ConnectedComponent> parts) => (_labels, Parts) = (labels, parts);

    /// <summary>
    /// One label per pixel, row-major: 0 for a pixel that is not above the threshold, otherwise <see cref="ConnectedComponent.Label"/>. The array is created on
    /// first use, because <see cref="DigitSegmentation.Threshold"/> needs only <see cref="Parts"/>.
    /// </summary>
    public int[] Labels => _labels.Value;

    public IReadOnlyList<ConnectedComponent> Parts { get; }

    public static ConnectedComponents Find(Plane ink, double threshold)
    {
        var (runs, limit) = (new PixelRuns(ink.Width, reach: 1), RowScan.AtMost(threshold));
        for (var y = 0; y < ink.Height; y++)
        {
            var row = ink.Row(y);
            for (var x = RowScan.NextAbove(row, 0, limit); x < row.Length;)
            {
                var end = RowScan.NextNotAbove(row, x, limit);
                runs.Add(y, x, end);
                x = RowScan.NextAbove(row, end, limit);
            }
        }
        var (labels, count) = runs.Label();
        return new(new Lazy<int[]>(() => Write(runs, labels, ink.Values.Length)), Measure(ink, runs, labels, count));
    }

    private static ConnectedComponent[] Measure(Plane ink, PixelRuns runs, int[] labels, int count)
    {
        var parts = new ConnectedComponent[count];
        for (var label = 0; label < count; label++) parts[label] = new(label + 1, Box.Empty, 0, 0, 0, 0, 0);
        for (var run = 0; run < labels.Length; run++)
        {
            var (start, end) = runs.All[run];
            var (sum, squares, cubes, fourths) = (0.0, 0.0, 0.0, 0.0);
            foreach (double value in ink.Values.AsSpan(start, end - start))
            {
                var square = value * value;
                (sum, squares, cubes, fourths) = (sum + value, squares + square, cubes + square * value, fourths + square * square);
            }
            ref var part = ref parts[labels[run]];
            var (y, x) = Math.DivRem(start, ink.Width);
            part = new(part.Label, part.Bounds.Include(new(x, y, x + end - start, y + 1)), part.Pixels + end - start,
                part.Sum + sum, part.Squares + squares, part.Cubes + cubes, part.Fourths + fourths);
        }
        return parts;
    }

    private static int[] Write(PixelRuns runs, int[] labels, int pixels)
    {
        var result = new int[pixels];
        for (var run = 0; run < labels.Length; run++) result.AsSpan(runs.All[run].Start, runs.All[run].End - runs.All[run].Start).Fill(labels[run] + 1);
        return result;
    }
}

/// <summary>A connected component of ink.</summary>
/// <param name="Label">Label of the component's pixels in <see cref="ConnectedComponents.Labels"/>, from 1.</param>
/// <param name="Bounds">Bounding box of the component, in pixels of the foreground map.</param>
/// <param name="Pixels">Number of pixels of the component.</param>
/// <param name="Sum">Sum of the ink over the component's pixels, in gray levels.</param>
/// <param name="Squares">
/// Sum of the squared ink (in gray levels) over the component's pixels. Because of the squares, strong strokes outweigh faint shadows.
/// </param>
/// <param name="Cubes">Sum of the cubed ink over the component's pixels. Used for <see cref="Strength"/>.</param>
/// <param name="Fourths">Sum of the fourth power of the ink over the component's pixels. Used for <see cref="Strength"/>.</param>
internal readonly record struct ConnectedComponent(int Label, Box Bounds, int Pixels, double Sum, double Squares, double Cubes, double Fourths)
{
    /// <summary>
    /// Mean ink of the component's pixels in gray levels, weighted by the cube of the ink. Faint edges and shadows therefore have little weight.
    /// </summary>
    public double Strength => Fourths / Cubes;
}
