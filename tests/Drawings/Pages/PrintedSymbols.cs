using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>Letters and symbols from the machine's fonts; without fonts, printed forms of <see cref="Letters"/>.</summary>
internal static class PrintedSymbols
{
    /// <summary>Without those that look like a digit in some font, and without strokes that look like a 1.</summary>
    private const string Symbols = "ACEFHKLMNPRTUVWXacdefhkmnprtuvwx#%&@$?*+=<>~^\"€£¥ÄÜäéΩΣΔλπЖЯ";

    private const string FontFolder = "/usr/share/fonts";

    private const int MaxFaces = 60;

    private static readonly string[] Excluded = ["Emoji", "Symbol", "Icon", "Awesome", "Dingbats", "Barcode", "Math"];

    private static readonly Lazy<SKTypeface[]> Faces = new(FindFaces);

    public static void Draw(PageSheet sheet)
    {
        var (size, symbol) = (NonDigits.Size(sheet), Symbols[sheet.Random.Next(Symbols.Length)]);
        var faces = Faces.Value.Where(face => Has(face, symbol)).ToArray();
        if (faces.Length == 0)
        {
            sheet.Lay(sheet.Place(Letters.Print(sheet, size, size * sheet.Between(0.06f, 0.16f))), Pens.Round);
            return;
        }
        using var font = new SKFont(faces[sheet.Random.Next(faces.Length)], size) { Edging = SKFontEdging.Antialias };
        using var path = font.GetTextPath(symbol.ToString());
        var bounds = path.TightBounds;
        var scale = MathF.Min(size / bounds.Height, sheet.Area.Width * 0.97f / bounds.Width);
        if (bounds.Width > 1.5f * bounds.Height) scale = MathF.Min(scale, size / bounds.Width);
        var (freeX, freeY) = (sheet.Width - bounds.Width * scale, sheet.Height - bounds.Height * scale);
        using var paint = new SKPaint { Color = sheet.Plan.Ink, IsAntialias = true };
        sheet.Canvas.Save();
        sheet.Canvas.Translate(freeX * sheet.Between(0.05f, 0.95f), freeY * sheet.Between(0.05f, 0.95f));
        sheet.Canvas.Scale(scale);
        sheet.Canvas.Translate(-bounds.Left, -bounds.Top);
        sheet.Canvas.DrawPath(path, paint);
        sheet.Canvas.Restore();
    }

    private static SKTypeface[] FindFaces()
    {
        var manager = SKFontManager.Default;
        var families = manager.FontFamilies.Order(StringComparer.Ordinal).Where(name => !Excluded.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)));
        SKTypeface[] faces = [.. families.SelectMany(name => new[] { SKFontStyle.Normal, SKFontStyle.Bold, SKFontStyle.Italic }.Select(style => manager.MatchFamily(name, style))).Where(face => face is not null && Has(face, 'A'))];
        return faces.Length > 0 ? faces : [.. FontFiles().Select(SKTypeface.FromFile).Where(face => face is not null && Has(face, 'A'))];
    }

    /// <summary>Skia's build without fontconfig finds no families, but reads font files.</summary>
    private static IEnumerable<string> FontFiles() => !Directory.Exists(FontFolder) ? [] : Directory.EnumerateFiles(FontFolder, "*.ttf", SearchOption.AllDirectories)
        .Where(file => !Excluded.Any(word => file.Contains(word, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal).Take(MaxFaces);

    private static bool Has(SKTypeface face, char symbol)
    {
        using var font = new SKFont(face);
        return font.ContainsGlyph(symbol);
    }
}
