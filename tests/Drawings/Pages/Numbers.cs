using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Several digits: in a row, in lines, and touching each other. And one digit whose strokes do not touch.</summary>
internal static class Numbers
{
    /// <summary>Name of the kind with one row of separate digits.</summary>
    public const string RowOfDigits = "digits in a row";

    private const float MaxPen = 0.14f; // in heights, for digits in parts and touching digits: with a thicker pen, gaps and joints are not visible

    private const float MaxGapBeside = 7; // in hundredths of the height: with a wider gap, a 4 is an L and a 1, and a 5 is an S and a dash

    private const float WidePen = 0.15f; // a pen for which people write wide digits

    private const int Bins = 40;

    private static readonly int[] TouchingDigits = [0, 2, 3, 4, 5, 6, 7, 8, 9]; // a bare 1 that touches another digit makes a different shape

    public static IReadOnlyList<PageKind> All { get; } =
    [
        new("digit in parts", PageContent.Digit, Parted) { Adjust = (plan, random) => plan with { PenWidth = MathF.Min(plan.PenWidth, Handwriting.Between(random, 0.03f, MaxPen)), Digit = MathF.Max(plan.Digit, 24), Pen = random.Next(3) == 0 ? Pens.Jagged : Pens.Round, Blur = 0 } },
        new(RowOfDigits, PageContent.Number, sheet => Write(sheet, [.. Enumerable.Range(0, sheet.Random.Next(PageRanges.MinDigits, PageRanges.MaxDigits + 1)).Select(_ => sheet.AnyDigit())])) { Adjust = Wide },
        new("lines of digits", PageContent.Number, Lines) { Adjust = Wide },
        new("touching digits", PageContent.Number, sheet => Write(sheet, [.. Enumerable.Range(0, sheet.Random.Next(2, 5)).Select(_ => TouchingDigits[sheet.Random.Next(TouchingDigits.Length)])], isTouching: true)) { Adjust = (plan, random) => Wide(plan, random) with { Pen = Pens.Round, PenWidth = MathF.Min(plan.PenWidth, MaxPen), Blur = 0 } },
    ];

    /// <summary>An image with enough pixels for six digits, at least as wide as high.</summary>
    private static PagePlan Wide(PagePlan plan, Random random)
    {
        var height = Math.Max(plan.Shorter, 72);
        var width = (int)MathF.Max(height * Handwriting.Between(random, 1, PageRanges.AspectRatio.High), 160);
        return plan with { Width = width, Height = height, Digit = MathF.Max(plan.Digit, 20), PenWidth = MathF.Min(plan.PenWidth, 0.2f) };
    }

    private static void Write(PageSheet sheet, int[] digits, bool isTouching = false) => WriteGroup(sheet, [Row(sheet, digits, isTouching)]);

    private static void Lines(PageSheet sheet)
    {
        var gap = sheet.Plan.Digit * PageRanges.LineGap.Draw(sheet.Random);
        var (rows, y) = (new List<List<InkShape>>(), 0f);
        for (var lines = sheet.Random.Next(PageRanges.MinLines, PageRanges.MaxLines + 1); lines > 0; lines--)
        {
            var row = Row(sheet, [.. Enumerable.Range(0, sheet.Random.Next(1, 5)).Select(_ => sheet.AnyDigit())], isTouching: false);
            var (top, bottom) = (row.Min(digit => digit.Bounds.Top), row.Max(digit => digit.Bounds.Bottom));
            var indent = sheet.Between(0, 0.2f) * sheet.Plan.Digit;
            rows.Add([.. row.Select(digit => digit.MovedBy(indent, y - top))]);
            y += bottom - top + gap;
        }
        WriteGroup(sheet, rows);
    }

    /// <summary>Returns digits from left to right, the first one at (0, 0).</summary>
    private static List<InkShape> Row(PageSheet sheet, int[] digits, bool isTouching)
    {
        var (row, gap) = (new List<InkShape>(), sheet.Flip(0.7) ? sheet.Between(PageRanges.DigitGap.Low, 0.4f) : PageRanges.DigitGap.Draw(sheet.Random));
        var pen = sheet.Plan.PenPixels(sheet.Plan.Digit);
        foreach (var value in digits)
        {
            var height = sheet.Plan.Digit * PageRanges.SizeVariation.Draw(sheet.Random);
            var strokes = sheet.Plan.Hand.Write(value, pen / height, sheet.Random);
            var digit = new InkShape(InkShape.Scaled(strokes, MathF.Max(4, height - pen)), pen, value);
            digit = digit.MovedBy(-digit.Bounds.Left, sheet.Plan.Digit * PageRanges.Baseline.Draw(sheet.Random));
            if (row.Count > 0)
            {
                var distance = gap * sheet.Plan.Digit * sheet.Between(0.8f, 1.2f);
                digit = isTouching
                    ? digit.MovedBy(Distance(row[^1], digit) - pen * PageRanges.TouchOverlap.Draw(sheet.Random), 0)
                    : digit.MovedBy(row[^1].Bounds.Right + MathF.Max(distance, PageRanges.DigitGap.Low * sheet.Plan.Digit), 0);
            }
            row.Add(digit);
        }
        return row;
    }

    /// <summary>Returns by how much the second digit moves to the right until its ink touches that of the first.</summary>
    private static float Distance(InkShape first, InkShape second)
    {
        var (top, height) = (MathF.Min(first.Bounds.Top, second.Bounds.Top), MathF.Max(first.Bounds.Bottom, second.Bounds.Bottom) - MathF.Min(first.Bounds.Top, second.Bounds.Top));
        var (right, left) = (new float[Bins], new float[Bins]);
        Array.Fill(right, float.MinValue);
        Array.Fill(left, float.MaxValue);
        foreach (var p in first.Strokes.SelectMany(stroke => stroke))
            for (var i = Bin(p.Y - first.Pen / 2); i <= Bin(p.Y + first.Pen / 2); i++) right[i] = MathF.Max(right[i], p.X + first.Pen / 2);
        foreach (var p in second.Strokes.SelectMany(stroke => stroke))
            for (var i = Bin(p.Y - second.Pen / 2); i <= Bin(p.Y + second.Pen / 2); i++) left[i] = MathF.Min(left[i], p.X - second.Pen / 2);
        return Enumerable.Range(0, Bins).Where(i => right[i] > float.MinValue && left[i] < float.MaxValue).Select(i => right[i] - left[i]).DefaultIfEmpty(first.Bounds.Right - second.Bounds.Left).Max();

        int Bin(float y) => Math.Clamp((int)((y - top) / height * Bins), 0, Bins - 1);
    }

    /// <summary>Places the lines as a group, smaller if they do not fit, and writes them.</summary>
    private static void WriteGroup(PageSheet sheet, List<List<InkShape>> rows)
    {
        var group = new InkShape([.. rows.SelectMany(row => row).SelectMany(digit => digit.Strokes)], rows[0][0].Pen);
        var factor = MathF.Min(1, MathF.Min(sheet.Area.Width * 0.97f / group.Bounds.Width, sheet.Area.Height * 0.97f / group.Bounds.Height));
        var scaled = group.Scaled(factor);
        var placed = sheet.Place(scaled);
        foreach (var (i, row) in rows.Index())
        {
            if (i > 0) sheet.EndLine();
            foreach (var digit in row) sheet.Write(digit.Scaled(factor).MovedBy(placed.Bounds.Left - scaled.Bounds.Left, placed.Bounds.Top - scaled.Bounds.Top));
        }
    }

    /// <summary>A 5 whose bar is apart, a 4 whose bar does not reach the stem, or a digit with a gap in a line.</summary>
    private static void Parted(PageSheet sheet)
    {
        var (random, pen100, paper) = (sheet.Random, 110 * sheet.Plan.PenWidth, 100 * PageRanges.StrokeGap.Draw(sheet.Random));
        var (gap, near) = (pen100 + paper, pen100 + MathF.Min(paper, MaxGapBeside));
        var digit = random.Next(3) switch { 0 => 5, 1 => 4, _ => sheet.AnyDigit() };
        var strokes = digit == 4 || (digit == 5 && random.Next(3) > 0) // a 4 with a gap in its bar is an 11
            ? sheet.Plan.Hand.Shape((digit == 5 ? HandForms.PartedFive(random, gap, near) : HandForms.PartedFour(random, near)).Strokes, PageRanges.Lean, MathF.Max(sheet.Plan.PenWidth, WidePen), random)
            : Broken(sheet.Plan.Hand.Write(digit, sheet.Plan.PenWidth, random), gap / 100, random);
        var pen = sheet.Plan.PenPixels(sheet.Plan.Digit);
        sheet.Write(sheet.Place(sheet.Sized(strokes, sheet.Plan.Digit, pen) with { Digit = digit }));
    }

    /// <summary>Leaves a gap of this length in the longest stroke.</summary>
    private static IReadOnlyList<SKPoint[]> Broken(IReadOnlyList<SKPoint[]> strokes, float gap, Random random)
    {
        var longest = strokes.MaxBy(stroke => stroke.Length)!;
        var start = (int)(longest.Length * Handwriting.Between(random, 0.3f, 0.6f));
        var (end, length) = (start, 0f);
        while (end + 2 < longest.Length && length < gap) length += (longest[end + 1] - longest[end++]).Length;
        return [.. strokes.Where(stroke => stroke != longest), longest[..(start + 1)], longest[end..]];
    }
}
