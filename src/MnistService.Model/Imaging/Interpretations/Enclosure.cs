using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Erases a closed line that a digit touches or crosses: a circle, a box, a frame. The line is the outer layer of the body that consists of the line and its
/// inside. Strokes that leave the body are thinner than the body, so an opening separates them.
/// </summary>
internal static class Enclosure
{
    /// <summary>The body is at least this many times as large as its ink.</summary>
    private const double LeastShare = 1.6;

    /// <summary>Radius of the opening as a fraction of the body's depth: the greatest distance from the outside.</summary>
    private const float Opening = 0.2f;

    /// <summary>
    /// An opening rounds the corners of a box: a corner is up to √2 radii from the opened body, and not one. This is the rest, as a fraction of the radius.
    /// </summary>
    private const float Corner = 0.42f;

    /// <summary>Maximum thickness of the line as a fraction of the body's depth.</summary>
    private const float MostThickness = 0.5f;

    /// <summary>Pixels that are added to the thickness of the line: its soft edge.</summary>
    private const float SoftEdge = 0.7f;

    /// <summary>Minimum ink that remains, as a fraction of the component's sum of squared ink.</summary>
    private const double LeastRest = 0.03;

    /// <returns>The ink inside the line, and that of strokes which cross the line; <c>null</c> if the main component of the page has no closed line with ink inside.</returns>
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
        var (inside, crossing) = (new Plane(depth.Width, depth.Height), new Plane(depth.Width, depth.Height)); // ink inside of the line, and of strokes outside
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
            var isCrossed = depth[x, y] > 0 && toInside[x, y] + toCrossing[x, y] <= reach; // between two ends of a stroke
            result[view.Left + x, view.Top + y] = isCrossed ? view.Ink(x, y) : inside[x, y] + crossing[x, y];
        });
        return result;
    }

    /// <summary>Returns the thickness of the line in pixels: the depth below which most pixels are ink; <c>null</c> if it is too thick for a line.</summary>
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

    /// <summary>The main component of a page with a margin of one pixel of paper on all sides, also where it touches the edge of the page.</summary>
    private sealed class View(LocatedPage page, Box bounds)
    {
        private readonly Plane _ink = page.Ink.Ink;
        private readonly int[] _labels = page.Selection.Found.Labels;
        private readonly int _main = page.Selection.Main.Label;

        /// <summary>Position of the view on the page.</summary>
        public int Left { get; } = bounds.Left - 1;

        /// <inheritdoc cref="Left"/>
        public int Top { get; } = bounds.Top - 1;

        public float Ink(int x, int y) => _ink[Left + x, Top + y];

        public bool IsMain(int x, int y) => _labels[(Top + y) * _ink.Width + Left + x] == _main;

        /// <summary>Calls an action for each pixel that is not in the margin.</summary>
        public void ForEach(Action<int, int> action)
        {
            for (var y = 1; y <= bounds.Height; y++)
                for (var x = 1; x <= bounds.Width; x++) action(x, y);
        }

        /// <summary>Marks the pixels that are connected with the margin by paper: 1 outside, 0 in the component and inside of it.</summary>
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
