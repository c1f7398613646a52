using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Erases a closed line that a digit touches or crosses, for example a circle, a box or a frame. First, the connected component of the line is filled. Then a
/// morphological opening removes the strokes that leave the line, because they are thinner than the filled shape. The closed line is the outer layer of the
/// shape that remains (the body).
/// </summary>
internal static class Enclosure
{
    /// <summary>
    /// Minimum area in pixels of a connected component together with the paper that it encloses, as a multiple of the component's ink pixels. A component with
    /// a smaller ratio encloses too little paper for a digit, so it is not treated as a closed line.
    /// </summary>
    private const double LeastShare = 1.6;

    /// <summary>
    /// Radius of the erosion, which is the first step of the morphological opening, as a fraction of the depth of the enclosed area. The depth is the distance
    /// in pixels from the innermost pixel of the area to the nearest pixel outside the line.
    /// </summary>
    private const float Opening = 0.2f;

    /// <summary>
    /// Additional radius of the dilation, which is the second step of the morphological opening, as a fraction of the erosion's radius. The corner of an eroded
    /// box is √2 erosion radii away from the corner of the box. A dilation by one radius would round the corner off.
    /// </summary>
    private const float Corner = 0.42f;

    /// <summary>
    /// Maximum thickness of the closed line, as a fraction of the depth of the enclosed area. The depth is the distance in pixels from the innermost pixel of
    /// the area to the nearest pixel outside the line. A thicker line is not erased.
    /// </summary>
    private const float MostThickness = 0.5f;

    /// <summary>Width in pixels of the soft inner edge of the closed line, which is erased in addition to the line's thickness.</summary>
    private const float SoftEdge = 0.7f;

    /// <summary>
    /// Minimum sum of squared ink of a connected component after its closed line is erased, as a fraction of the sum before. If less ink remains, the closed
    /// line is not erased.
    /// </summary>
    private const double LeastRest = 0.03;

    /// <returns>
    /// The ink inside the closed line, and the ink of strokes that leave or cross the line. <c>null</c> if the component with the most ink has no closed line,
    /// or if the component consists of hardly more than the line.
    /// </returns>
    public static Plane? Erase(LocatedPage page)
    {
        var main = page.Selection.Main;
        var view = new View(page, main.Bounds);
        var outside = view.Outside();
        if (outside.Values.Count(value => value == 0) < LeastShare * main.Pixels) return null;
        var depth = DistanceTransform.To(outside, value => value > 0);
        var deepest = depth.Values.Max();
        if (Thickness(view, depth, deepest) is not { } thickness) return null;
        var radius = Opening * deepest;
        var toBody = DistanceTransform.To(depth, value => value > radius);
        // The plane "inside" receives the ink inside the closed line. The plane "crossing" receives the ink of strokes outside.
        var (inside, crossing) = (new Plane(depth.Width, depth.Height), new Plane(depth.Width, depth.Height));
        var squares = 0.0;
        view.ForEach((x, y) =>
        {
            var isBody = toBody[x, y] <= (1 + Corner) * radius + 0.5f;
            if (depth[x, y] == 0 || isBody && depth[x, y] <= thickness + SoftEdge) return;
            (isBody ? inside : crossing)[x, y] = view.Ink(x, y);
            if (view.IsMain(x, y)) squares += view.Ink(x, y) * view.Ink(x, y);
        });
        if (squares < LeastRest * main.Squares) return null;
        var toInside = DistanceTransform.To(inside, value => value > page.Threshold);
        var toCrossing = DistanceTransform.To(crossing, value => value > page.Threshold);
        var (result, reach) = (new Plane(page.Ink.Ink.Width, page.Ink.Ink.Height), thickness + Corner * radius + 2);
        view.ForEach((x, y) =>
        {
            var isCrossed = depth[x, y] > 0 && toInside[x, y] + toCrossing[x, y] <= reach; // a stroke continues on both sides of the closed line
            result[view.Left + x, view.Top + y] = isCrossed ? view.Ink(x, y) : inside[x, y] + crossing[x, y];
        });
        return result;
    }

    /// <summary>
    /// Returns the thickness of the closed line in pixels; <c>null</c> if the line is thicker than <see cref="MostThickness"/> allows. The line and its
    /// interior are divided into nested layers, each one pixel thick. The line consists of the outermost layers in which at least half of the pixels are ink.
    /// </summary>
    private static int? Thickness(View view, Plane depth, float deepest)
    {
        var (ink, all) = (new int[(int)deepest + 2], new int[(int)deepest + 2]);
        view.ForEach((x, y) =>
        {
            var level = (int)MathF.Ceiling(depth[x, y]);
            if (level == 0) return;
            all[level]++;
            if (view.IsMain(x, y)) ink[level]++;
        });
        for (var level = 1; level <= MostThickness * deepest; level++)
            if (2 * ink[level] < all[level]) return level - 1;
        return null;
    }

    /// <summary>
    /// The bounding box of the connected component with the most ink, with a margin of one pixel on all sides. The margin counts as paper, even where it is
    /// outside of the foreground map.
    /// </summary>
    private sealed class View(LocatedPage page, Box bounds)
    {
        private readonly Plane _ink = page.Ink.Ink;
        private readonly int[] _labels = page.Selection.Found.Labels;
        private readonly int _main = page.Selection.Main.Label;

        /// <summary>
        /// Column of the foreground map that corresponds to column 0 (the left margin) of this view; −1 if the component touches the left edge of the map.
        /// </summary>
        public int Left { get; } = bounds.Left - 1;

        /// <summary>
        /// Row of the foreground map that corresponds to row 0 (the top margin) of this view; −1 if the component touches the top edge of the map.
        /// </summary>
        public int Top { get; } = bounds.Top - 1;

        public float Ink(int x, int y) => _ink[Left + x, Top + y];

        public bool IsMain(int x, int y) => _labels[(Top + y) * _ink.Width + Left + x] == _main;

        /// <summary>Calls an action with the column and row, within this view, of each pixel that is not in the margin of the view.</summary>
        public void ForEach(Action<int, int> action)
        {
            for (var y = 1; y <= bounds.Height; y++)
                for (var x = 1; x <= bounds.Width; x++) action(x, y);
        }

        /// <summary>
        /// Finds the pixels outside of the component by a flood fill from the margin of the view. Returns a plane that is 1 for these pixels, and 0 for the
        /// component and the paper that it encloses.
        /// </summary>
        public Plane Outside()
        {
            var outside = new Plane(bounds.Width + 2, bounds.Height + 2);
            var stack = new Stack<(int X, int Y)>();
            Visit(0, 0);
            while (stack.TryPop(out var at))
            {
                Visit(at.X - 1, at.Y);
                Visit(at.X + 1, at.Y);
                Visit(at.X, at.Y - 1);
                Visit(at.X, at.Y + 1);
            }
            return outside;

            void Visit(int x, int y)
            {
                if (x < 0 || y < 0 || x >= outside.Width || y >= outside.Height || outside[x, y] > 0) return;
                var isMargin = x == 0 || y == 0 || x == outside.Width - 1 || y == outside.Height - 1;
                if (!isMargin && IsMain(x, y)) return;
                outside[x, y] = 1;
                stack.Push((x, y));
            }
        }
    }
}
