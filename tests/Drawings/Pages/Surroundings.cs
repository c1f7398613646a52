using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Digits in boxes, circles and comb fields, between brackets, underlined, and beside the content of a neighboring cell.</summary>
internal static class Surroundings
{
    /// <summary>Widest line in pens, by a circle or a box, that crosses ink. A wider one hides it.</summary>
    private const float MaxCrossingLine = 0.8f;

    private static readonly int[] NeighborDigits = [0, 2, 3, 5, 6, 8, 9]; // part of a 1, 4 or 7 can be a whole 1

    public static IReadOnlyList<PageKind> All { get; } =
    [
        new("closed box", PageContent.Digit, Box),
        new("circle", PageContent.Digit, Circle),
        new("comb field", PageContent.Digit, Comb) { Adjust = Close },
        new("brackets", PageContent.Digit, Brackets),
        new("underline", PageContent.Digit, Underline),
        new("neighboring cell", PageContent.Digit, Neighbor) { Adjust = Close },
    ];

    /// <summary>A crop around a field of a form: the digit is at least a quarter of the image.</summary>
    private static PagePlan Close(PagePlan plan, Random random) => plan with { Digit = MathF.Max(plan.Digit, plan.Shorter * Handwriting.Between(random, 0.25f, 0.6f)) };

    private static SKPaint Line(PageSheet sheet, InkShape digit)
    {
        var hue = sheet.Flip(0.3) ? sheet.Plan.InkHue : PageColors.Hue(sheet.Random, gray: 0.4);
        var contrast = sheet.Flip(0.3) ? 1 : PageRanges.SurroundingContrast.Draw(sheet.Random);
        return new SKPaint
        {
            Color = PageColors.Between(sheet.Plan.Paper, sheet.Plan.Ink, contrast, hue, sheet.Between(0.5f, 1)),
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = MathF.Max(1, PageRanges.SurroundingWidth.Draw(sheet.Random) * digit.Pen),
        };
    }

    /// <summary>Composes a digit that leaves room for its surroundings of this size in heights.</summary>
    private static InkShape Compose(PageSheet sheet, float width, float height) =>
        sheet.Compose(sheet.AnyDigit(), MathF.Max(PageRanges.MinDigitPixels, MathF.Min(sheet.Plan.Digit, 0.96f * MathF.Min(sheet.Width / width, sheet.Height / height))));

    /// <summary>Returns a random place for a box of this size inside the image.</summary>
    private static SKRect PlaceBox(PageSheet sheet, float width, float height)
    {
        var (left, top) = (sheet.Between(0, MathF.Max(0, sheet.Width - width)), sheet.Between(0, MathF.Max(0, sheet.Height - height)));
        return new(left, top, left + width, top + height);
    }

    /// <summary>Places a digit in the middle of a box, not exactly, or across one of its sides.</summary>
    private static InkShape Into(PageSheet sheet, InkShape digit, SKRect box, float line)
    {
        var distance = PageRanges.Crossing.Draw(sheet.Random) * digit.Bounds.Height + line / 2;
        if (sheet.Flip(PageRanges.CrossingShare) && line <= MaxCrossingLine * digit.Pen) return Crossings.Across(sheet, digit, box, distance);
        var (freeX, freeY) = (MathF.Max(0, box.Width - digit.Bounds.Width - 2 * line - 2) / 2, MathF.Max(0, box.Height - digit.Bounds.Height - 2 * line - 2) / 2);
        return digit.CenteredAt(box.MidX + sheet.Between(-0.7f, 0.7f) * freeX, box.MidY + sheet.Between(-0.7f, 0.7f) * freeY);
    }

    private static void Box(PageSheet sheet)
    {
        var (width, height) = (PageRanges.BoxSide.Draw(sheet.Random), PageRanges.BoxSide.Draw(sheet.Random));
        var digit = Compose(sheet, width + 0.5f, height + 0.5f);
        using var line = Line(sheet, digit);
        var (unit, margin) = (digit.Bounds.Height, line.StrokeWidth / 2 + PageRanges.Crossing.High * digit.Bounds.Height);
        var box = SKRect.Inflate(PlaceBox(sheet, width * unit + 2 * margin, height * unit + 2 * margin), -margin, -margin);
        var angle = sheet.Flip(0.5) ? 0 : PageRanges.LineRotation.Draw(sheet.Random) / 2;
        var radius = sheet.Flip(0.2) ? unit * 0.1f : 0;
        sheet.Rotated(angle, new(box.MidX, box.MidY), () => sheet.Canvas.DrawRoundRect(box, radius, radius, line));
        sheet.Write(Into(sheet, digit, box, line.StrokeWidth));
    }

    /// <summary>A printed ellipse, or a circle by the same pen, which is not quite closed or overlaps itself.</summary>
    private static void Circle(PageSheet sheet)
    {
        var radius = PageRanges.CircleRadius.Draw(sheet.Random);
        var digit = Compose(sheet, 2 * radius + 0.6f, 2 * radius + 0.6f);
        using var line = Line(sheet, digit);
        var width = line.StrokeWidth;
        var (unit, margin) = (radius * MathF.Max(digit.Bounds.Height, digit.Bounds.Width), line.StrokeWidth / 2 + PageRanges.Crossing.High * digit.Bounds.Height);
        var box = SKRect.Inflate(PlaceBox(sheet, 2 * unit + 2 * margin, 2 * unit + 2 * margin), -margin, -margin);
        if (sheet.Flip(0.5))
        {
            sheet.Canvas.DrawOval(box, line);
        }
        else
        {
            var (start, sweep) = (360 * sheet.Random.NextSingle(), sheet.Between(345, 400));
            var strokes = sheet.Plan.Hand.Shape(new StrokePath().Arc(30, 50, 50, 50, start, start + sweep, sheet.Between(0.97f, 1.06f)).Strokes, PageRanges.Lean, 0.3f, sheet.Random);
            var bounds = InkShape.BoundsOf(strokes);
            var scaled = InkShape.Mapped(strokes, p => new(box.MidX + (p.X - bounds.MidX) * box.Width / bounds.Width, box.MidY + (p.Y - bounds.MidY) * box.Height / bounds.Height));
            if (sheet.Flip(0.5)) width = digit.Pen;
            sheet.Lay(new(scaled, width), Pens.Round, sheet.Flip(0.6) ? sheet.Plan.Ink : line.Color);
        }
        sheet.Write(Into(sheet, digit, box, width));
    }

    /// <summary>A row of open cells: a base line and walls. The neighboring cells are empty.</summary>
    private static void Comb(PageSheet sheet)
    {
        var (cell, wall) = (PageRanges.CombCell.Draw(sheet.Random), PageRanges.CombWall.Draw(sheet.Random));
        var digit = Compose(sheet, cell, 1.9f);
        using var line = Line(sheet, digit);
        var unit = digit.Bounds.Height;
        var width = MathF.Max(cell * unit, digit.Bounds.Width * 1.2f + line.StrokeWidth);
        var isCrossing = sheet.Flip(PageRanges.CrossingShare) && Crossings.MayCrossBelow(digit.Digit!.Value);
        var gap = isCrossing ? -PageRanges.Crossing.Draw(sheet.Random) : PageRanges.UnderlineGap.Draw(sheet.Random) * 0.9f;
        digit = sheet.Place(digit);
        digit = digit.MovedBy(0, MathF.Min(0, sheet.Height - line.StrokeWidth - digit.Bounds.Bottom - MathF.Max(0, gap) * unit));
        var (bottom, left) = (digit.Bounds.Bottom + gap * unit + line.StrokeWidth / 2, digit.Bounds.MidX - width * sheet.Between(0.45f, 0.55f));
        sheet.Canvas.DrawLine(0, bottom, sheet.Width, bottom, line);
        for (var i = -(int)(left / width) - 1; left + i * width < sheet.Width; i++) sheet.Canvas.DrawLine(left + i * width, bottom, left + i * width, bottom - wall * unit, line);
        sheet.Write(digit);
    }

    private static void Brackets(PageSheet sheet)
    {
        var (tall, gap) = (sheet.Between(1.1f, 1.5f), PageRanges.BracketGap.Draw(sheet.Random));
        var digit = Compose(sheet, 2.2f + 2 * gap, tall);
        using var line = Line(sheet, digit);
        var (unit, hook) = (digit.Bounds.Height, sheet.Between(0.12f, 0.25f) * digit.Bounds.Height);
        var reach = gap * unit + hook + line.StrokeWidth;
        var box = PlaceBox(sheet, digit.Bounds.Width + 2 * reach, tall * unit + line.StrokeWidth);
        digit = digit.CenteredAt(box.MidX, box.MidY);
        var (isSquare, style) = (sheet.Flip(0.4), sheet.Random.Next(5)); // 0: only the closing one, as in 7)
        foreach (var side in style == 0 && !isSquare ? new[] { 1 } : [-1, 1])
        {
            var (outer, inner) = (box.MidX + side * (digit.Bounds.Width / 2 + gap * unit + hook), box.MidX + side * (digit.Bounds.Width / 2 + gap * unit));
            var (top, bottom) = (box.MidY - tall * unit / 2, box.MidY + tall * unit / 2);
            using var path = new SKPathBuilder();
            path.MoveTo(inner, top);
            if (isSquare)
            {
                path.LineTo(outer, top);
                path.LineTo(outer, bottom);
                path.LineTo(inner, bottom);
            }
            else
            {
                path.QuadTo(outer + side * hook * 0.7f, box.MidY, inner, bottom);
            }
            using var drawn = path.Detach();
            sheet.Canvas.DrawPath(drawn, line);
        }
        sheet.Write(digit);
    }

    /// <summary>One or two lines below the digit, or one through its foot.</summary>
    private static void Underline(PageSheet sheet)
    {
        var digit = Compose(sheet, 2.2f, 1.9f);
        using var line = Line(sheet, digit);
        var unit = digit.Bounds.Height;
        var length = MathF.Max(0.6f * unit, PageRanges.UnderlineLength.Draw(sheet.Random) * digit.Bounds.Width);
        var isCrossing = sheet.Flip(PageRanges.CrossingShare) && digit.Digit != 7 && Crossings.MayCrossBelow(digit.Digit!.Value); // a 7 on a line is a Z
        var gap = isCrossing ? -PageRanges.Crossing.Draw(sheet.Random) : PageRanges.UnderlineGap.Draw(sheet.Random);
        digit = sheet.Place(digit);
        digit = digit.MovedBy(0, MathF.Min(0, sheet.Height - line.StrokeWidth * 4 - digit.Bounds.Bottom - MathF.Max(0, gap) * unit));
        var (y, x, tilt) = (digit.Bounds.Bottom + gap * unit + line.StrokeWidth / 2, digit.Bounds.MidX + sheet.Between(-0.1f, 0.1f) * digit.Bounds.Width, sheet.Between(-0.03f, 0.03f) * length);
        var lines = sheet.Flip(0.15) ? 2 : 1;
        for (var i = 0; i < lines; i++, y += 2.2f * line.StrokeWidth) sheet.Canvas.DrawLine(x - length / 2, y - tilt, x + length / 2, y + tilt, line);
        sheet.Write(digit);
    }

    /// <summary>A cell of a table, cropped too wide: lines of its border, parts of the neighboring digits, or both.</summary>
    private static void Neighbor(PageSheet sheet)
    {
        var style = sheet.Random.Next(3);
        var digit = sheet.Compose(sheet.AnyDigit(), MathF.Min(sheet.Plan.Digit, 0.55f * sheet.Plan.Shorter));
        var (unit, isRight, isLower) = (digit.Bounds.Height, sheet.Flip(0.5), sheet.Flip(0.5));
        using var line = Line(sheet, digit);
        var (edgeX, edgeY) = (sheet.Between(0, 0.06f) * sheet.Width, sheet.Between(0, 0.06f) * sheet.Height);
        if (style != 0)
        {
            var neighbor = sheet.Sized(sheet.Plan.Hand.Write(NeighborDigits[sheet.Random.Next(NeighborDigits.Length)], digit.Pen / unit, sheet.Random), unit, digit.Pen);
            var part = PageRanges.NeighborPart.Draw(sheet.Random) * neighbor.Bounds.Width;
            edgeX = part + line.StrokeWidth + 0.05f * unit;
            sheet.Lay(neighbor.MovedBy(isRight ? sheet.Width - part - neighbor.Bounds.Left : part - neighbor.Bounds.Right, sheet.Height * sheet.Between(0.4f, 0.6f)));
        }
        if (style != 1)
        {
            var (x, y) = (isRight ? sheet.Width - edgeX : edgeX, isLower ? sheet.Height - edgeY : edgeY);
            sheet.Canvas.DrawLine(x, 0, x, sheet.Height, line);
            if (sheet.Flip(0.6)) sheet.Canvas.DrawLine(0, y, sheet.Width, y, line);
        }
        var (free, margin) = (0.1f * unit + line.StrokeWidth, style == 1 ? 0 : edgeY);
        sheet.Area = new(isRight ? 2 : edgeX + free, isLower ? 2 : margin + free, sheet.Width - (isRight ? edgeX + free : 2), sheet.Height - (isLower ? margin + free : 2));
        sheet.Write(sheet.Place(digit.Within(sheet.Area.Width, sheet.Area.Height)));
    }
}
