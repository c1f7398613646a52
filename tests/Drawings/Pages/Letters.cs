namespace MnistService.Drawings.Pages;

/// <summary>
/// Letters as pen strokes. Letters that people also read as a digit are missing: O, o, D, Q (0), I, i, l, j (1), Z, z (2), B (8), S, s (5), b, G (6), q, g (9),
/// y, Y (an open 4).
/// </summary>
internal static class Letters
{
    private static readonly string[] Shapes =
    [
        "M0,100 L28,0 L58,100 M11,64 L46,64", // A
        "M54,14 C36,-10 0,6 0,50 C0,94 36,110 54,86", // C
        "M52,0 L4,0 L4,100 L54,100 M4,48 L44,48", // E
        "M54,0 L6,0 L4,100 M5,46 L44,46", // F
        "M4,0 L2,100 M54,0 L54,100 M3,50 L54,48", // H
        "M4,0 L4,100 M52,0 L6,52 L54,100", // K
        "M4,0 L4,100 L54,98", // L
        "M0,100 L6,0 L32,60 L58,0 L64,100", // M
        "M4,100 L4,0 L54,100 L54,0", // N
        "M4,100 L4,2 C58,-10 62,54 4,50", // P
        "M4,100 L4,2 C56,-10 60,50 4,50 L56,100", // R
        "M0,2 L60,0 M30,0 L30,100", // T
        "M2,0 L2,64 C2,112 54,112 54,64 L54,0", // U
        "M0,0 L28,100 L56,0", // V
        "M0,0 L16,100 L32,30 L48,100 L64,0", // W
        "M2,0 L56,100 M54,0 L0,100", // X
        "M46,36 C20,10 -8,50 6,80 C20,108 46,80 46,40 L48,92 L58,96", // a
        "M50,30 C26,0 -6,30 2,66 C10,100 40,104 52,84", // c
        "M48,0 L48,100 M48,60 C30,34 0,44 0,72 C0,104 32,108 48,80", // d
        "M6,62 L52,56 C50,20 2,20 2,62 C2,104 40,108 52,86", // e
        "M48,8 C30,-10 22,10 22,30 L22,100 M2,40 L44,38", // f
        "M4,0 L4,100 M4,60 C20,34 46,36 46,60 L46,100", // h
        "M4,0 L4,100 M42,34 L6,66 L46,100", // k
        "M2,30 L4,100 M4,56 C12,28 32,28 32,54 L32,100 M32,54 C40,28 62,28 62,54 L62,100", // m
        "M2,30 L4,100 M4,56 C16,28 46,28 46,58 L46,100", // n
        "M4,20 L4,120 M4,40 C20,10 52,18 50,50 C48,82 16,84 4,62", // p
        "M4,30 L6,100 M6,56 C12,36 26,28 42,36", // r
        "M24,0 L24,84 C24,102 40,102 48,90 M2,30 L46,28", // t
        "M2,30 L2,76 C4,106 40,106 44,72 L44,30 L46,100", // u
        "M0,30 L22,100 L46,30", // v
        "M0,30 L14,100 L30,48 L46,100 L62,30", // w
        "M2,30 L46,100 M46,30 L0,100", // x
    ];

    /// <summary>Returns a random letter in the scene's hand, centered at (0, 0).</summary>
    /// <param name="height">Height in pixels.</param>
    /// <param name="pen">Width of the pen in pixels.</param>
    public static InkShape Compose(PageSheet sheet, float height, float pen)
    {
        var strokes = Handwriting.OfSvg(Shapes[sheet.Random.Next(Shapes.Length)]);
        return sheet.Sized(sheet.Plan.Hand.Shape(strokes, PageRanges.LeanOfOne, pen / height, sheet.Random), height, pen);
    }

    /// <summary>Returns a random letter without any person's handwriting.</summary>
    public static InkShape Print(PageSheet sheet, float height, float pen) => sheet.Sized(Hand.Fitted(Handwriting.OfSvg(Shapes[sheet.Random.Next(Shapes.Length)])), height, pen);
}
