using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Recognizes components that belong to the form around a digit and not to the digit: underlines, brackets, open boxes and circles.</summary>
internal static class Surroundings
{
    /// <summary>A bar is at least this many times as long as thick.</summary>
    private const double BarAspect = 3.5;

    /// <summary>Minimum ink of a component (sum of squares) as a fraction of the strongest one's. Weaker ones are specks, which may lie inside a digit.</summary>
    private const double LeastInk = 0.05;

    /// <summary>Maximum number of components that are compared pairwise.</summary>
    private const int MostParts = 64;

    /// <summary>Minimum height of a component inside another one as a fraction of the other's height. Smaller ones are dots and gaps of a stroke.</summary>
    private const double LeastInside = 0.2;

    /// <summary>Returns the components that are not surroundings; all components if nothing else would remain.</summary>
    /// <param name="found">The components.</param>
    /// <param name="stored">EXIF orientation of the image, for the direction in which underlines lie.</param>
    public static IReadOnlyList<ConnectedComponent> Remove(ConnectedComponents found, int width, SKEncodedOrigin stored)
    {
        var most = found.Parts.Max(part => part.Squares);
        var parts = found.Parts.Where(part => part.Squares >= LeastInk * most).ToList();
        if (parts.Count is < 2 or > MostParts) return found.Parts; // one part, or a texture
        var dropped = new HashSet<int>();
        foreach (var part in parts)
            if (parts.Exists(inner => inner.Label != part.Label && Surrounds(found, width, part, inner))) dropped.Add(part.Label);
        foreach (var bar in parts.Where(part => !dropped.Contains(part.Label) && IsBar(part.Bounds, stored)))
            if (parts.Exists(digit => digit.Label != bar.Label && !dropped.Contains(digit.Label) && !IsBar(digit.Bounds, stored) && Underlines(bar.Bounds, digit.Bounds, stored))) dropped.Add(bar.Label);
        foreach (var digit in parts.Where(part => !dropped.Contains(part.Label)))
        {
            var brackets = parts.Where(part => part.Label != digit.Label && IsBracket(part.Bounds, digit.Bounds, stored)).ToList();
            var (before, after) = (brackets.Where(part => IsBefore(part.Bounds, digit.Bounds, stored)).ToList(), brackets.Where(part => IsBefore(digit.Bounds, part.Bounds, stored)).ToList());
            if (before.Count != 1 || after.Count != 1 || !AreAlike(before[0].Bounds, after[0].Bounds)) continue;
            dropped.Add(before[0].Label);
            dropped.Add(after[0].Label);
        }
        return dropped.Count == 0 ? found.Parts : [.. found.Parts.Where(part => !dropped.Contains(part.Label))];
    }

    /// <summary>Returns whether one component lies inside the bounding box of another one, and the other one leaves the place around it free.</summary>
    private static bool Surrounds(ConnectedComponents found, int width, ConnectedComponent outer, ConnectedComponent inner)
    {
        var (box, inside) = (outer.Bounds, inner.Bounds);
        if (!box.Contains(inside) || inside.Height < LeastInside * box.Height || outer.Pixels > box.Area / 2) return false;
        var shared = 0;
        for (var y = inside.Top; y < inside.Bottom; y++)
            for (var x = inside.Left; x < inside.Right; x++)
                if (found.Labels[y * width + x] == outer.Label) shared++;
        return shared <= inside.Area / 20;
    }

    private static bool IsBar(Box part, SKEncodedOrigin stored) =>
        IsTurned(stored) ? part.Height >= BarAspect * part.Width : part.Width >= BarAspect * part.Height;

    /// <summary>Returns whether a bar is below a digit, at least half as long as the digit is wide, and much thinner than the digit is high.</summary>
    private static bool Underlines(Box bar, Box digit, SKEncodedOrigin stored)
    {
        var (barLow, barHigh, digitLow, digitHigh) = Down(stored) switch
        {
            (0, 1) => (bar.Top, bar.Bottom, digit.Top, digit.Bottom),
            (0, -1) => (-bar.Bottom, -bar.Top, -digit.Bottom, -digit.Top),
            (1, 0) => (bar.Left, bar.Right, digit.Left, digit.Right),
            _ => (-bar.Right, -bar.Left, -digit.Right, -digit.Left),
        };
        var (length, width) = IsTurned(stored) ? (bar.Height, digit.Height) : (bar.Width, digit.Width);
        var height = digitHigh - digitLow;
        return barLow >= digitHigh - 0.15 * height && barHigh - barLow <= 0.3 * height && length >= 0.5 * width;
    }

    /// <summary>Returns whether a component is narrow, and at least nearly as high as a digit beside it.</summary>
    private static bool IsBracket(Box part, Box digit, SKEncodedOrigin stored)
    {
        var (width, height, digitHeight) = IsTurned(stored) ? (part.Height, part.Width, digit.Width) : (part.Width, part.Height, digit.Height);
        return width <= 0.45 * height && height >= 0.8 * digitHeight;
    }

    private static bool IsBefore(Box one, Box other, SKEncodedOrigin stored) => IsTurned(stored) ? one.Bottom <= other.Top + 1 : one.Right <= other.Left + 1;

    private static bool AreAlike(Box one, Box other) =>
        Math.Abs(one.Height - other.Height) <= 0.25 * Math.Max(one.Height, other.Height) && Math.Abs(one.Width - other.Width) <= 0.4 * Math.Max(one.Width, other.Width) + 2;

    private static bool IsTurned(SKEncodedOrigin stored) => stored >= SKEncodedOrigin.LeftTop;

    /// <summary>Returns the direction in the stored image that points down in the upright image.</summary>
    private static (int X, int Y) Down(SKEncodedOrigin stored) => stored switch
    {
        SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft => (0, -1),
        SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop => (1, 0),
        SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom => (-1, 0),
        _ => (0, 1),
    };
}
