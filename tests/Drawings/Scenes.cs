using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>The kinds of images that people send.</summary>
internal static class Scenes
{
    private static readonly SKColor Blue = new(30, 60, 170), Red = new(200, 30, 30), Photo = new(178, 174, 166);

    public static IReadOnlyList<Scene> All { get; } =
    [
        // Pen on a large white page.
        new("thin pen, corner of a page", 1000, 800, 80, 2) { Place = (0.03f, 0.04f) },
        new("thin pen, far corner of a page", 1000, 800, 60, 2) { Place = (0.97f, 0.95f) },
        new("thin pen, large on a page", 1000, 800, 560, 2),
        new("thin pen, anywhere", 1000, 800, 140, 2) { Place = null },
        new("blue ballpoint", 800, 600, 160, 4) { Ink = Blue, Place = null },
        new("pencil", 1200, 900, 120, 3) { Ink = new(130, 130, 130), Place = null },
        new("tiny on a large page", 3000, 2000, 90, 4) { Place = null },
        new("scan of a whole page", 1240, 1754, 90, 4) { Place = null, Light = Light.Grain(2) },
        new("ruled paper", 700, 500, 190, 6) { Ink = Blue, Under = Light.Ruled },
        new("squared paper", 600, 600, 210, 7) { Ink = new(20, 20, 60), Under = Light.Squared },
        new("dusty scan", 600, 600, 220, 6) { Light = Light.Specks(60) },
        // Thick, soft and unusual pens.
        new("marker", 400, 400, 280, 44),
        new("very thick marker", 400, 400, 260, 62),
        new("fountain pen", 500, 500, 300, 16) { Pen = Pens.Fountain },
        new("dry pen", 500, 500, 300, 10) { Pen = Pens.Broken },
        new("soft brush", 300, 300, 200, 18) { Pen = Pens.Soft },
        new("out of focus", 240, 240, 130, 14) { Pen = Pens.Soft },
        new("retraced", 500, 500, 300, 8) { Pen = Pens.Retraced },
        new("paint program's pencil", 200, 200, 140, 3) { Pen = Pens.Jagged },
        // Polarity and color.
        new("drawing game: white on black", 280, 280, 200, 20) { Paper = SKColors.Black, Ink = SKColors.White },
        new("thin white on black", 640, 480, 200, 3) { Paper = SKColors.Black, Ink = SKColors.White, Place = null },
        new("chalk on a blackboard", 800, 600, 260, 10) { Paper = new(38, 66, 52), Ink = new(225, 225, 215), Light = Light.Grain(9), Place = null },
        new("red on white", 400, 400, 200, 10) { Ink = Red },
        new("yellow highlighter on white", 400, 400, 240, 26) { Ink = new(255, 235, 40) },
        new("green on pink", 400, 400, 220, 12) { Ink = new(20, 130, 60), Paper = new(250, 205, 215) },
        new("white on sky blue", 400, 400, 220, 14) { Ink = SKColors.White, Paper = new(110, 180, 235) },
        new("faint", 400, 400, 240, 10) { Ink = new(205, 205, 205) },
        new("transparent, black ink", 300, 300, 200, 14) { Paper = SKColors.Transparent },
        new("transparent, white ink", 300, 300, 200, 14) { Paper = SKColors.Transparent, Ink = SKColors.White },
        new("transparent, blue ink", 900, 700, 110, 3) { Paper = SKColors.Transparent, Ink = Blue, Place = null },
        // Photos.
        new("photo of grey paper", 1024, 768, 300, 9) { Paper = Photo, Ink = new(50, 48, 52), Light = Light.Grain(6), Jpeg = 85, Place = null },
        new("photo, dark corners", 1024, 768, 260, 9) { Paper = new(200, 195, 185), Ink = new(45, 45, 60), Light = Light.Vignette(0.45).Then(Light.Grain(5)), Jpeg = 80 },
        new("photo, lamp on one side", 800, 800, 320, 12) { Paper = new(225, 220, 210), Ink = Blue, Light = Light.Slope(0.4).Then(Light.Grain(5)), Jpeg = 80 },
        new("photo, hand's shadow", 900, 700, 300, 12) { Paper = new(215, 212, 205), Ink = new(40, 40, 45), Light = Light.Shadow(0.7).Then(Light.Grain(4)), Jpeg = 85 },
        new("photo, digit in a dark shadow", 900, 700, 220, 9) { Paper = new(215, 212, 205), Ink = new(40, 40, 45), Place = (0.1f, 0.5f), Light = Light.Shadow(0.5).Then(Light.Grain(4)), Jpeg = 85 },
        new("photo, digit beside a dark shadow", 900, 700, 220, 9) { Paper = new(215, 212, 205), Ink = new(40, 40, 45), Place = (0.9f, 0.5f), Light = Light.Shadow(0.5).Then(Light.Grain(4)), Jpeg = 85 },
        new("photo, dim and grainy", 640, 480, 240, 10) { Paper = new(92, 90, 84), Ink = new(30, 28, 30), Light = Light.Grain(8), Jpeg = 70 },
        new("JPEG of low quality", 320, 240, 160, 8) { Jpeg = 20 },
        // Image sizes and aspect ratios.
        new("28×28, dark on light", 28, 28, 20, 2.4f),
        new("28×28, small and off-centre", 28, 28, 12, 1.6f) { Place = (0.1f, 0.85f) },
        new("16×16", 16, 16, 13, 1.6f),
        new("32×32, white on black", 32, 32, 24, 3) { Paper = SKColors.Black, Ink = SKColors.White },
        new("cut to the ink", 150, 200, 182, 14),
        new("marker, cut to the ink", 150, 200, 170, 28),
        new("filling the width", 120, 200, 150, 12) { Place = (0, 0.5f) },
        new("banner", 900, 200, 150, 9) { Place = (0.9f, 0.5f) },
        new("tall strip", 200, 900, 130, 8) { Place = (0.5f, 0.1f) },
    ];
}
