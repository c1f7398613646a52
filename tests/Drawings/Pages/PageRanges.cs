namespace MnistService.Drawings.Pages;

/// <summary>Closed interval of a scene's parameter.</summary>
internal readonly record struct Interval(float Low, float High)
{
    /// <summary>Returns a uniformly distributed value.</summary>
    public float Draw(Random random) => Low + (High - Low) * random.NextSingle();

    /// <summary>Returns a log-uniformly distributed value: each octave is equally likely.</summary>
    public float DrawLog(Random random) => Low * MathF.Pow(High / Low, random.NextSingle());

    public bool Contains(float value) => value >= Low && value <= High;
}

/// <summary>
/// Ranges of all parameters of the page scenes. They were committed before the digit finder changed. They may become wider, never narrower.
/// Contrast is a difference in luminance: of ink and paper as a fraction of 255; of a line and paper as a fraction of the contrast of ink and paper.
/// "Heights" are heights of the digit, "pens" are widths of the pen.
/// </summary>
internal static class PageRanges
{
    // The image.

    /// <summary>Shorter side in pixels of most images.</summary>
    public static readonly Interval Side = new(64, 1200);

    /// <summary>Shorter side in pixels of large images, <see cref="LargeShare"/> of all.</summary>
    public static readonly Interval LargeSide = new(1200, 3000);

    public const double LargeShare = 0.08;

    /// <summary>Longer side in pixels of phone photos.</summary>
    public static readonly Interval PhoneSide = new(3000, 4700);

    /// <summary>Width divided by height.</summary>
    public static readonly Interval AspectRatio = new(0.45f, 2.25f);

    public static readonly Interval JpegQuality = new(60, 95);

    public const double JpegShare = 0.5;

    /// <summary>Standard deviation in pixels of the blur of some photos, at most <see cref="MaxBlur"/> pens.</summary>
    public static readonly Interval Blur = new(0.3f, 1.5f);

    public const float MaxBlur = 0.4f;

    // The digit.

    /// <summary>Height of the digit as a fraction of the image's shorter side.</summary>
    public static readonly Interval DigitHeight = new(0.03f, 0.9f);

    /// <summary>Minimum height of the digit in pixels. With fewer pixels, people misread digits.</summary>
    public const float MinDigitPixels = 14;

    /// <summary>Width of the pen in heights.</summary>
    public static readonly Interval PenWidth = new(0.02f, 0.25f);

    /// <summary>Minimum width of the pen in pixels.</summary>
    public const float MinPenPixels = 1;

    /// <summary>Contrast of ink and paper.</summary>
    public static readonly Interval InkContrast = new(0.3f, 1);

    /// <summary>Share of images with light ink on dark paper.</summary>
    public const double LightOnDarkShare = 0.25;

    /// <summary>Luminance of light and of dark papers.</summary>
    public static readonly Interval LightPaper = new(165, 255), DarkPaper = new(0, 70);

    // The handwriting.

    /// <summary>Slant of a person's handwriting; positive leans to the right.</summary>
    public static readonly Interval Slant = new(-0.15f, 0.45f);

    /// <summary>Share of people whose handwriting is slanted.</summary>
    public const double SlantShare = 0.7;

    /// <summary>Width factor of a person's digits.</summary>
    public static readonly Interval Aspect = new(0.6f, 1.15f);

    /// <summary>Rotation of a person's digits in degrees.</summary>
    public static readonly Interval Rotation = new(-10, 10);

    /// <summary>Amplitude in heights of the wobble with one period per stroke; with f periods, the amplitude is divided by √f.</summary>
    public static readonly Interval Wobble = new(0, 0.02f);

    /// <summary>Lean in degrees, slant and rotation together; narrower for a 1, which is otherwise a slash.</summary>
    public static readonly Interval Lean = new(-15, 30), LeanOfOne = new(-12, 24);

    // Ruled, squared, dotted and graph paper.

    /// <summary>Distance of lines in heights.</summary>
    public static readonly Interval LinePitch = new(0.15f, 4);

    /// <summary>Distance of graph paper's fine lines in heights.</summary>
    public static readonly Interval FineLinePitch = new(0.08f, 0.5f);

    /// <summary>Minimum distance of lines in pixels.</summary>
    public const float MinPitchPixels = 5;

    public static readonly Interval LineContrast = new(0.1f, 0.9f);

    /// <summary>Width of lines in pixels at a digit of 100 pixels; scaled with the digit, and at least 1 pixel.</summary>
    public static readonly Interval LineWidth = new(1, 4);

    /// <summary>Rotation of lines in degrees.</summary>
    public static readonly Interval LineRotation = new(-5, 5);

    /// <summary>Angle in degrees by which the two directions of squared paper in a photo differ from a right angle.</summary>
    public static readonly Interval LineShear = new(-2, 2);

    /// <summary>Share of scenes in which ink touches or crosses a line, wherever there is a line.</summary>
    public const double CrossingShare = 0.5;

    /// <summary>
    /// Maximum strength of lines, so that people can tell ink from lines: contrast × line width ÷ pen, for lines in the ink's hue and in another hue. For
    /// pitches below half a height, the strength is divided by twice the pitch.
    /// </summary>
    public const float MaxStrengthSameHue = 0.5f, MaxStrengthOtherHue = 0.8f;

    // Frames, letterboxes, windows.

    /// <summary>Width of a border in pixels.</summary>
    public static readonly Interval BorderWidth = new(1, 6);

    /// <summary>Distance of an inset border from the edge in pixels.</summary>
    public static readonly Interval BorderInset = new(1, 24);

    /// <summary>Difference in luminance of a border and paper as a fraction of 255.</summary>
    public static readonly Interval BorderContrast = new(0.08f, 1);

    /// <summary>Width of each of the two bars of a letterbox as a fraction of the image.</summary>
    public static readonly Interval LetterboxBar = new(0.03f, 0.3f);

    /// <summary>Margin around a window as a fraction of the image's shorter side.</summary>
    public static readonly Interval WindowMargin = new(0.02f, 0.15f);

    /// <summary>Height of a title bar as a fraction of the window.</summary>
    public static readonly Interval TitleBar = new(0.06f, 0.14f);

    /// <summary>Side of a canvas on a web page as a fraction of the page's shorter side.</summary>
    public static readonly Interval PageCanvas = new(0.35f, 0.85f);

    /// <summary>Height of text in a window or status bar in heights: less than a quarter, because larger text counts as digits.</summary>
    public static readonly Interval WindowText = new(0.05f, 0.2f);

    // What surrounds a digit.

    /// <summary>Contrast of boxes, circles, brackets and underlines.</summary>
    public static readonly Interval SurroundingContrast = new(0.15f, 1);

    /// <summary>Width of lines of boxes, circles, brackets and underlines in pens; at least 1 pixel.</summary>
    public static readonly Interval SurroundingWidth = new(0.15f, 1.1f);

    /// <summary>Side of a box in heights.</summary>
    public static readonly Interval BoxSide = new(1.25f, 2.5f);

    /// <summary>Radius of a circle in heights.</summary>
    public static readonly Interval CircleRadius = new(0.72f, 1.4f);

    /// <summary>Width of a cell of a comb field in heights.</summary>
    public static readonly Interval CombCell = new(1.1f, 2);

    /// <summary>Height of the walls of a comb field in heights.</summary>
    public static readonly Interval CombWall = new(0.2f, 1.3f);

    /// <summary>Distance of brackets from the digit, and distance of an underline below it, in heights.</summary>
    public static readonly Interval BracketGap = new(0.12f, 0.5f), UnderlineGap = new(0.1f, 0.45f);

    /// <summary>Length of an underline in widths of the digit, at least 0.6 heights.</summary>
    public static readonly Interval UnderlineLength = new(1.2f, 2.6f);

    /// <summary>Distance in heights by which a digit crosses a box's side or an underline.</summary>
    public static readonly Interval Crossing = new(0.08f, 0.2f);

    /// <summary>Visible part of a neighboring cell's digit as a fraction of its width.</summary>
    public static readonly Interval NeighborPart = new(0.1f, 0.4f);

    // Scanner edges, shadows, stains.

    /// <summary>Width of the dark band of a scanner edge as a fraction of the image.</summary>
    public static readonly Interval ScannerBand = new(0.01f, 0.12f);

    /// <summary>Slant of a scanner edge in degrees.</summary>
    public static readonly Interval ScannerSlant = new(-2, 2);

    /// <summary>Brightness in a shadow as a fraction of full brightness.</summary>
    public static readonly Interval ShadowBrightness = new(0.4f, 0.85f);

    /// <summary>Width of a shadow's edge as a fraction of the image.</summary>
    public static readonly Interval ShadowEdge = new(0.003f, 0.2f);

    /// <summary>Contrast of stains.</summary>
    public static readonly Interval StainContrast = new(0.05f, 0.4f);

    /// <summary>Radius of coffee rings and of blots as a fraction of the image's shorter side.</summary>
    public static readonly Interval CoffeeRing = new(0.12f, 0.45f), Blot = new(0.01f, 0.12f);

    // Light: strengths of the effects in Light.

    public static readonly Interval GrainLevels = new(1, 7), VignetteDarkest = new(0.45f, 0.9f), SlopeDarkest = new(0.4f, 0.9f), Specks = new(5, 60);

    // Tight crops, small images, dark drawing pads.

    /// <summary>Distance of the ink from the edges of a tight crop in pixels.</summary>
    public static readonly Interval CropMargin = new(0, 4);

    /// <summary>Height of the digit in a tight crop in pixels.</summary>
    public static readonly Interval CropHeight = new(24, 600);

    /// <summary>Height of a small, of an ordinary and of a large digit in a 28×28 image, in pixels.</summary>
    public static readonly Interval Small28 = new(11, 14), Usual28 = new(15, 23), Large28 = new(24, 27);

    /// <summary>Width of the pen in a 28×28 image in pixels, and contrast of pale ink.</summary>
    public static readonly Interval Pen28 = new(1, 3.5f), Pale28 = new(0.2f, 0.5f);

    /// <summary>Black part of a drawing pad.</summary>
    public static readonly Interval BlackPart = new(0.5f, 0.9f);

    // Several digits.

    /// <summary>Number of digits in a row, and number of lines.</summary>
    public const int MinDigits = 2, MaxDigits = 6, MinLines = 2, MaxLines = 3;

    /// <summary>Gap between digits in heights.</summary>
    public static readonly Interval DigitGap = new(0.1f, 1.2f);

    /// <summary>Factor of each digit's height.</summary>
    public static readonly Interval SizeVariation = new(0.8f, 1.2f);

    /// <summary>Vertical offset of each digit in heights.</summary>
    public static readonly Interval Baseline = new(-0.08f, 0.08f);

    /// <summary>Gap between lines of digits in heights.</summary>
    public static readonly Interval LineGap = new(0.35f, 1.2f);

    /// <summary>Overlap of touching digits in pens.</summary>
    public static readonly Interval TouchOverlap = new(0.2f, 0.9f);

    /// <summary>Gap between the strokes of a single digit in heights, in addition to the pen.</summary>
    public static readonly Interval StrokeGap = new(0.02f, 0.14f);

    // What is not a digit.

    /// <summary>Size of a non-digit as a fraction of the image's shorter side; of a dot.</summary>
    public static readonly Interval NonDigitSize = new(0.15f, 0.85f), DotSize = new(0.02f, 0.15f);

    /// <summary>Pen of a non-digit in heights of the non-digit.</summary>
    public static readonly Interval NonDigitPen = new(0.02f, 0.16f);

    /// <summary>Letters in a line of letters.</summary>
    public const int MinLetters = 3, MaxLetters = 8;
}
