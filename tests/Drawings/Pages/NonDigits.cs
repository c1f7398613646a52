using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Drawings that are not a digit.</summary>
internal static class NonDigits
{
    /// <summary>Widest pen of a shape in heights: with a thicker one, a square is a 0. Shapes are as wide as digits by a pen of <see cref="WidePen"/> heights.</summary>
    private const float MaxPen = 0.1f, WidePen = 0.2f;

    private const string Circle = "M50,0 C78,0 100,22 100,50 C100,78 78,100 50,100 C22,100 0,78 0,50 C0,22 22,0 50,0";

    public static IReadOnlyList<PageKind> All { get; } =
    [
        new("dot", PageContent.NonDigit, Dot),
        new("scribble", PageContent.NonDigit, sheet => Draw(sheet, Scribble(sheet))),
        Of("heart", "M50,100 C-40,40 10,-30 50,22 C90,-30 140,40 50,100", "M50,96 C30,80 0,56 0,30 C0,0 40,-8 50,26 C60,-8 100,0 100,30 C100,56 70,80 50,96"),
        Of("smiley", $"{Circle} M32,34 L32,42 M68,34 L68,42 M26,64 C36,84 64,84 74,64", $"{Circle} M30,36 L34,36 M66,36 L70,36 M28,72 C40,84 60,84 72,72", $"{Circle} M33,32 L33,44 M67,32 L67,44 M50,48 L46,58 L52,58 M30,78 C40,66 60,66 70,78"),
        Of("square", "M0,0 L100,0 L100,100 L0,100 L0,0", "M0,0 L80,0 L80,100 L0,100 L0,0", "M0,0 L100,2 L98,76 L2,74 L0,0"),
        Of("triangle", "M50,0 L100,90 L0,90 L50,0", "M0,10 L100,10 L50,96 L0,10", "M0,0 L0,100 L100,100 L0,0"),
        Of("star", "M50,0 L79,91 L2,35 L98,35 L21,91 L50,0", "M50,0 L61,35 L98,35 L68,57 L79,91 L50,70 L21,91 L32,57 L2,35 L39,35 L50,0", "M50,0 L50,100 M7,25 L93,75 M93,25 L7,75"),
        Of("check mark", "M0,60 L34,100 L100,0", "M0,56 L28,92 C40,60 70,24 100,4", "M4,50 C14,60 24,80 30,100 C44,64 70,20 96,0"),
        Of("cross", "M0,0 L100,100 M100,0 L0,100", "M50,0 L50,100 M0,50 L100,50", "M10,0 L90,100 M94,4 L0,96"),
        new("hand-drawn letter", PageContent.NonDigit, sheet => Lay(sheet, size => Letters.Compose(sheet, size, Pen(sheet, size)))),
        new("printed symbol", PageContent.NonDigit, PrintedSymbols.Draw),
        new("line of letters", PageContent.NonDigit, Word),
        new("digits squeezed into 28×28", PageContent.NonDigit, Squeezed) { Adjust = (plan, _) => plan with { Width = 28, Height = 28, Paper = SKColors.Black, Ink = SKColors.White, Light = null, Blur = 0, Jpeg = null } },
    ];

    private static PageKind Of(string name, params string[] shapes) => new(name, PageContent.NonDigit, sheet => Draw(sheet, Handwriting.OfSvg(shapes[sheet.Random.Next(shapes.Length)]), MaxPen));

    public static float Pen(PageSheet sheet, float size) => MathF.Max(PageRanges.MinPenPixels, size * PageRanges.NonDigitPen.Draw(sheet.Random));

    public static float Size(PageSheet sheet) => MathF.Max(PageRanges.MinDigitPixels, PageRanges.NonDigitSize.Draw(sheet.Random) * sheet.Plan.Shorter);

    private static void Lay(PageSheet sheet, Func<float, InkShape> compose) => sheet.Lay(sheet.Place(compose(Size(sheet))));

    private static void Draw(PageSheet sheet, IReadOnlyList<SKPoint[]> strokes, float maxPen = 1) => Lay(sheet, size =>
    {
        var pen = MathF.Max(PageRanges.MinPenPixels, MathF.Min(Pen(sheet, size), maxPen * size));
        return sheet.Sized(sheet.Plan.Hand.Shape(strokes, PageRanges.LeanOfOne, WidePen, sheet.Random), size, pen);
    });

    private static void Dot(PageSheet sheet)
    {
        using var paint = new SKPaint { Color = sheet.Plan.Ink, IsAntialias = true };
        var radius = MathF.Max(1.5f, PageRanges.DotSize.Draw(sheet.Random) * sheet.Plan.Shorter / 2);
        var (x, y) = (sheet.Between(radius, sheet.Width - radius), sheet.Between(radius, sheet.Height - radius));
        sheet.Canvas.DrawOval(x, y, radius, radius * sheet.Between(0.8f, 1.25f), paint);
    }

    /// <summary>A zigzag of at least 12 turns, or loops.</summary>
    private static IReadOnlyList<SKPoint[]> Scribble(PageSheet sheet)
    {
        var (path, turns) = (new StrokePath().From(sheet.Between(0, 100), sheet.Between(0, 100)), sheet.Random.Next(12, 40));
        var style = sheet.Random.Next(3);
        for (var i = 1; i <= turns; i++)
        {
            if (style == 0) path.Line(sheet.Between(0, 100), sheet.Between(0, 100));
            else if (style == 1) path.Line(100f * i / turns + sheet.Between(-8, 8), i % 2 == 0 ? sheet.Between(0, 25) : sheet.Between(75, 100));
            else path.Arc(sheet.Between(30, 70), sheet.Between(30, 70), sheet.Between(10, 40), sheet.Between(10, 40), 0, 360);
        }
        return path.Strokes;
    }

    private static void Word(PageSheet sheet)
    {
        var (size, count, x) = (Size(sheet) * 0.5f, sheet.Random.Next(PageRanges.MinLetters, PageRanges.MaxLetters + 1), 0f);
        var (pen, letters) = (Pen(sheet, size), new List<InkShape>());
        for (var i = 0; i < count; i++)
        {
            var letter = Letters.Compose(sheet, size, pen);
            letters.Add(letter.MovedBy(x - letter.Bounds.Left, 0));
            x += letter.Bounds.Width + size * sheet.Between(0.05f, 0.3f);
        }
        sheet.Lay(sheet.Place(new InkShape([.. letters.SelectMany(letter => letter.Strokes)], pen).Within(sheet.Area.Width * 0.97f, sheet.Area.Height)));
    }

    /// <summary>Two or three digits in MNIST's frame: 20×20, centered by mass, white on black.</summary>
    private static void Squeezed(PageSheet sheet)
    {
        var (x, strokes) = (0f, new List<SKPoint[]>());
        for (var count = sheet.Random.Next(2, 4); count > 0; count--)
        {
            var digit = new InkShape(sheet.Plan.Hand.Write(sheet.AnyDigit(), 0.05f, sheet.Random), 0.1f);
            strokes.AddRange(digit.MovedBy(x - digit.Bounds.Left, 0).Strokes);
            x += digit.Bounds.Width + sheet.Between(0.02f, 0.25f);
        }
        var box = InkShape.BoundsOf(strokes);
        var pen = sheet.Between(1, 2.2f);
        var scale = (20 - pen) / MathF.Max(box.Width, box.Height);
        var points = strokes.SelectMany(stroke => stroke).ToList();
        var (centerX, centerY) = (points.Average(p => p.X), points.Average(p => p.Y));
        sheet.Lay(new InkShape(InkShape.Mapped(strokes, p => new(14 + (p.X - centerX) * scale, 14 + (p.Y - centerY) * scale)), pen), Pens.Round);
    }
}
