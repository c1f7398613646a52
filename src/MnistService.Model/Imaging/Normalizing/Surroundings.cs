using SkiaSharp;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Recognizes components that belong to the form around a digit and not to the digit: underlines, brackets, open boxes and circles.</summary>
internal static class Surroundings
{
    /// <summary>A bar is at least this many times as long as thick.</summary>
    private const double BarAspect = 3.5;

    /// <summary>Minimum ink of a component (sum of squares) as a fraction of the strongest one's. Weaker ones are specks, which can be inside a digit.</summary>
    private const double LeastInk = 0.05;

    /// <summary>Maximum number of components that are compared pairwise.</summary>
    private const int MostParts = 64;

    /// <summary>Minimum height of a component inside another one as a fraction of the other's height. Smaller ones are dots and gaps of a stroke.</summary>
    private const double LeastInside = 0.2;

    /// <summary>Returns the components that are not surroundings.</summary>
    /// <param name="found">The components in the stored orientation.</param>
    /// <param name="width">Width of the stored image in pixels.</param>
    /// <param name="height">Height of the stored image in pixels.</param>
    /// <param name="stored">EXIF orientation of the image: an underline is below the digit in the upright image.</param>
    /// <param name="keepBrackets">Whether brackets stay: in a number, they may be ones.</param>
    public static IReadOnlyList<ConnectedComponent> Remove(ConnectedComponents found, int width, int height, SKEncodedOrigin stored, bool keepBrackets = false)
    {
        var most = found.Parts.Max(part => part.Squares);
        List<Upright> parts = [.. found.Parts.Where(part => part.Squares >= LeastInk * most).Select(part => new Upright(part, ExifOrientation.Upright(part.Bounds, width, height, stored)))];
        if (parts.Count is < 2 or > MostParts) return found.Parts; // one part, or a texture
        var dropped = new HashSet<int>();
        foreach (var part in parts)
            if (parts.Exists(inner => inner.Label != part.Label && Surrounds(found, width, part, inner))) dropped.Add(part.Label);
        foreach (var bar in parts.Where(part => !dropped.Contains(part.Label) && IsBar(part.Box)))
            if (parts.Exists(digit => digit.Label != bar.Label && !dropped.Contains(digit.Label) && !IsBar(digit.Box) && Underlines(bar.Box, digit.Box))) dropped.Add(bar.Label);
        foreach (var digit in parts.Where(part => !keepBrackets && !dropped.Contains(part.Label)))
        {
            var brackets = parts.Where(part => part.Label != digit.Label && IsBracket(part.Box, digit.Box)).ToList();
            var (before, after) = (brackets.FindAll(part => part.Box.Right <= digit.Box.Left + 1), brackets.FindAll(part => digit.Box.Right <= part.Box.Left + 1));
            if (before.Count != 1 || after.Count != 1 || !AreAlike(before[0].Box, after[0].Box)) continue;
            dropped.Add(before[0].Label);
            dropped.Add(after[0].Label);
        }
        return dropped.Count == 0 ? found.Parts : [.. found.Parts.Where(part => !dropped.Contains(part.Label))];
    }

    /// <summary>Returns whether a component is inside the bounding box of another one, and at most 5 % of its box belongs to the other one.</summary>
    private static bool Surrounds(ConnectedComponents found, int width, Upright outer, Upright inner)
    {
        if (!outer.Box.Contains(inner.Box) || inner.Box.Height < LeastInside * outer.Box.Height || outer.Part.Pixels > outer.Box.Area / 2) return false;
        var (shared, inside) = (0, inner.Part.Bounds);
        for (var y = inside.Top; y < inside.Bottom; y++)
            for (var x = inside.Left; x < inside.Right; x++)
                if (found.Labels[y * width + x] == outer.Label) shared++;
        return shared <= inside.Area / 20;
    }

    private static bool IsBar(Box part) => part.Width >= BarAspect * part.Height;

    /// <summary>Returns whether a bar is below a digit, at least half as long as the digit is wide, and much thinner than the digit is high.</summary>
    private static bool Underlines(Box bar, Box digit) =>
        bar.Top >= digit.Bottom - 0.15 * digit.Height && bar.Height <= 0.3 * digit.Height && bar.Width >= 0.5 * digit.Width;

    /// <summary>Returns whether a component is narrow, and at least nearly as high as a digit beside it.</summary>
    private static bool IsBracket(Box part, Box digit) => part.Width <= 0.45 * part.Height && part.Height >= 0.8 * digit.Height;

    private static bool AreAlike(Box one, Box other) =>
        Math.Abs(one.Height - other.Height) <= 0.25 * Math.Max(one.Height, other.Height) && Math.Abs(one.Width - other.Width) <= 0.4 * Math.Max(one.Width, other.Width) + 2;

    /// <summary>A component with its bounding box in the upright image.</summary>
    private readonly record struct Upright(ConnectedComponent Part, Box Box)
    {
        public int Label => Part.Label;
    }
}
