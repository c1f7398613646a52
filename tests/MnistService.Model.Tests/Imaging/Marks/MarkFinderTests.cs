using System.Numerics;
using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Marks;
using MnistService.Model.Imaging.Normalizing;
using MnistService.Model.Tests.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging.Marks;

/// <summary>The marks of pages with rings and bars, which are 60 pixels high.</summary>
public sealed class MarkFinderTests
{
    private static readonly Box Bar = new(100, 70, 108, 130);

    [Fact]
    public void Two_digits_beside_each_other_are_two_atoms_with_their_boxes()
    {
        var marks = Find(300, 200, Ring(80, 100), Ring(140, 100));
        Assert.Equal([2], marks.Lines);
        Assert.Equal([new(60, 70, 40, 60), new(120, 70, 40, 60)], Singles(marks));
    }

    [Fact]
    public void Digits_with_a_wide_gap_form_no_candidate_together() =>
        Assert.Equal([1, 1], Find(300, 200, Ring(80, 100), Ring(200, 100)).Candidates.Select(candidate => candidate.AtomCount));

    [Fact]
    public void A_five_with_its_bar_apart_is_one_atom() =>
        Assert.Equal([1], Find(300, 200, Ring(100, 110), IsIn(new(95, 64, 125, 72))).Lines);

    [Fact]
    public void A_broken_stroke_is_one_atom()
    {
        var marks = Find(300, 200, IsIn(Bar with { Bottom = 98 }), IsIn(Bar with { Top = 103 }), Ring(160, 100));
        Assert.Equal([2], marks.Lines);
        Assert.Equal(new PixelBox(Bar.Left, Bar.Top, Bar.Width, Bar.Height), Singles(marks)[0]);
    }

    [Fact]
    public void A_dot_is_ignored_and_counted()
    {
        var marks = Find(300, 200, Ring(80, 100), IsIn(new(108, 120, 118, 130)), Ring(150, 100));
        Assert.Equal([2], marks.Lines);
        Assert.Equal(1, marks.Ignored);
    }

    [Fact]
    public void Lines_are_ordered_from_top_to_bottom()
    {
        var marks = Find(300, 300, Ring(150, 220), Ring(80, 100), Ring(150, 106), Ring(80, 214));
        Assert.Equal([2, 2], marks.Lines);
        Assert.Equal([70, 76, 184, 190], Singles(marks).Select(box => box.Y));
        Assert.Equal([60, 130, 60, 130], Singles(marks).Select(box => box.X));
    }

    [Theory]
    [InlineData(SKEncodedOrigin.RightTop)]
    [InlineData(SKEncodedOrigin.LeftBottom)]
    [InlineData(SKEncodedOrigin.BottomRight)]
    public void Boxes_are_in_pixels_of_the_upright_image(SKEncodedOrigin stored)
    {
        var (width, height) = ExifOrientation.SwapsSides(stored) ? (200, 300) : (300, 200);
        var upright = ExifOrientation.Inverse(stored);
        var rings = new[] { (80, 100), (140, 100) }.Select(center => ExifOrientation.Upright(new(center.Item1 - 20, 70, center.Item1 + 20, 130), 300, 200, upright));
        var isInk = rings.Select(box => Ellipse(box));
        var marks = Find(width, height, stored, cut: true, [.. isInk]);
        Assert.Equal([2], marks.Lines);
        Assert.Equal([new(60, 70, 40, 60), new(120, 70, 40, 60)], Singles(marks));
    }

    [Fact]
    public void Touching_digits_are_cut()
    {
        var marks = Find(300, 200, Ring(80, 100), Ring(118, 100));
        Assert.True(marks.Lines[0] >= 2);
        Assert.Contains(marks.Candidates, candidate => candidate.Box is { X: 60, Width: >= 34 and <= 44 });
        Assert.Contains(marks.Candidates, candidate => candidate.Box is { X: >= 92 and <= 102 } && candidate.Box.X + candidate.Box.Width == 138);
        Assert.Contains(marks.Candidates, candidate => candidate.Box is { X: 60, Width: 78 });
    }

    [Fact]
    public void A_candidate_of_a_complete_mark_has_no_outer_cut()
    {
        var cut = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            // A thick line through five random points. The atoms are ordered by the centers of their boxes, which can differ from the order of the pieces.
            var random = new Random(seed);
            Vector2[] points = [.. Enumerable.Range(0, 5).Select(_ => new Vector2(random.Next(60, 200), random.Next(30, 210)))];
            var marks = Find(260, 240, (x, y) => points.Zip(points.Skip(1)).Any(line => Distance(line.First, line.Second, new(x, y)) < 10));
            if (marks.Lines is not [> 1 and var atoms] || marks.Candidates.FirstOrDefault(candidate => candidate.AtomCount == atoms) is not { } whole) continue;
            cut++;
            Assert.True(whole.Shape.OuterCut == 0, $"seed {seed}: {whole.Shape}");
        }
        Assert.InRange(cut, 10, 100);
    }

    [Fact]
    public void A_cut_through_the_gap_of_a_broken_stroke_is_an_inner_cut_without_cost()
    {
        var marks = Find(240, 220, IsIn(new(60, 40, 110, 110)), IsIn(new(112, 100, 162, 170)));
        Assert.True(marks.Lines is [> 1]);
        var whole = Assert.Single(marks.Candidates, candidate => candidate.AtomCount == marks.Lines[0]);
        Assert.Equal((0, 0), (whole.Shape.InnerCut, whole.Shape.OuterCut));
    }

    [Fact]
    public void Without_cuts_touching_digits_are_one_candidate()
    {
        var marks = Find(300, 200, cut: false, Ring(80, 100), Ring(118, 100));
        Assert.Equal([1], marks.Lines);
        Assert.Equal(new PixelBox(60, 70, 78, 60), Assert.Single(marks.Candidates).Box);
    }

    [Fact]
    public void There_are_at_most_800_candidates_and_100_without_cuts()
    {
        Func<int, int, bool> bars = (x, y) => x % 6 is >= 2 and < 5 && y % 40 is >= 10 and < 30; // up to five are as wide as a digit
        Assert.Equal(800, Find(640, 480, bars).Candidates.Count);
        Assert.Equal(100, Find(640, 480, cut: false, bars).Candidates.Count);
    }

    [Fact]
    public void Without_cuts_a_lone_mark_is_the_normalized_image_with_the_box_of_the_mark()
    {
        using var image = Image(300, 200, SKEncodedOrigin.TopLeft, Ring(80, 100), Ring(118, 100)); // cuts would separate it
        var page = DigitNormalizer.LocatePage(image, ImageOptions.Default);
        var digit = new DigitImage(DigitNormalizer.Normalize(image, page.TakeDigit()));
        var (lines, candidates) = MarkFinder.Find(page, image).Form(image, digit, cut: false);
        Assert.Equal([1], lines);
        Assert.Same(digit, Assert.Single(candidates).Image);
        Assert.Equal(new PixelBox(60, 70, 78, 60), candidates[0].Box);
    }

    [Fact]
    public void A_lone_narrow_digit_is_the_normalized_image()
    {
        using var image = Image(300, 200, SKEncodedOrigin.TopLeft, Ring(100, 100));
        var page = DigitNormalizer.LocatePage(image, ImageOptions.Default);
        var digit = new DigitImage(DigitNormalizer.Normalize(image, page.TakeDigit()));
        var (_, candidates) = MarkFinder.Find(page, image).Form(image, digit, cut: true);
        Assert.Same(digit, Assert.Single(candidates).Image);
    }

    [Fact]
    public void Small_digits_on_a_large_page_are_measured_again()
    {
        var marks = Find(3000, 2000, Ring(800, 1000), Ring(860, 1000)); // downscaled by 4
        Assert.Equal([2], marks.Lines);
        Assert.Equal([new(780, 970, 40, 60), new(840, 970, 40, 60)], Singles(marks));
        var single = Find(300, 200, Ring(80, 100), Ring(140, 100));
        var (large, small) = (marks.Candidates[0].Image.Pixels.ToArray(), single.Candidates[0].Image.Pixels.ToArray());
        for (var i = 0; i < large.Length; i++) Assert.InRange(large[i], small[i] - 24, small[i] + 24);
    }

    [Fact]
    public void The_work_is_bounded_on_a_page_of_specks()
    {
        var marks = Find(800, 800, (x, y) => x % 11 < 4 && y % 11 < 4); // 5,329 specks
        Assert.True(marks.Lines.Sum() <= 200);
        Assert.NotEmpty(marks.Candidates);
        Assert.True(marks.Ignored >= 5000);
    }

    [Fact]
    public void The_work_is_bounded_on_a_page_of_strokes_whose_boxes_overlap()
    {
        var marks = Find(800, 800, (x, y) => (x + 2 * y) % 9 < 2 && x is > 20 and < 780 && y is > 20 and < 780);
        Assert.InRange(marks.Candidates.Sum(candidate => (long)candidate.Box.Width * candidate.Box.Height), 1, 10_000_000);
    }

    [Fact]
    public void A_tiny_image_has_few_candidates()
    {
        var marks = Find(64, 64, (x, y) => x % 3 == 1 && y % 7 < 5);
        Assert.InRange(marks.Candidates.Count, 1, 64);
    }

    [Fact]
    public void A_wide_mark_with_many_teeth_is_cut_in_bounded_work()
    {
        var marks = Find(2400, 200, (x, y) => x is > 20 and < 2380 && (y is > 90 and < 96 || y is > 50 and < 150 && x % 4 < 2));
        Assert.InRange(marks.Lines.Sum(), 1, 200);
    }

    [Fact]
    public void Small_digits_below_large_ones_are_a_line_of_their_own()
    {
        var marks = Find(300, 300, Ring(80, 60), Ring(150, 60), IsIn(new(60, 200, 66, 224)), IsIn(new(120, 200, 126, 224)));
        Assert.Equal([2, 2], marks.Lines);
        Assert.Equal([30, 30, 200, 200], Singles(marks).Select(box => box.Y));
    }

    private static PageMarks Find(int width, int height, params Func<int, int, bool>[] ink) => Find(width, height, SKEncodedOrigin.TopLeft, cut: true, ink);

    private static PageMarks Find(int width, int height, bool cut, params Func<int, int, bool>[] ink) => Find(width, height, SKEncodedOrigin.TopLeft, cut, ink);

    private static PageMarks Find(int width, int height, SKEncodedOrigin stored, bool cut, params Func<int, int, bool>[] ink)
    {
        using var image = Image(width, height, stored, ink);
        var page = DigitNormalizer.LocatePage(image, ImageOptions.Default);
        var marks = MarkFinder.Find(page, image);
        var (lines, candidates) = marks.Form(image, whole: null, cut);
        return new(null, null, lines, candidates, marks.Ignored);
    }

    private static DecodedImage Image(int width, int height, SKEncodedOrigin stored, params Func<int, int, bool>[] ink) =>
        new(TestPlanes.CreateBitmap(width, height, (x, y) => Array.Exists(ink, isInk => isInk(x, y)) ? [0] : [255]), stored, Reduction: 1);

    private static PixelBox[] Singles(PageMarks marks) => [.. marks.Candidates.Where(candidate => candidate.AtomCount == 1).Select(candidate => candidate.Box)];

    private static Func<int, int, bool> IsIn(Box box) => (x, y) => box.Contains(new(x, y, x + 1, y + 1));

    /// <summary>A ring of 40×60 pixels with a stroke of 8 pixels.</summary>
    private static Func<int, int, bool> Ring(int x, int y) => Ellipse(new(x - 20, y - 30, x + 20, y + 30));

    private static Func<int, int, bool> Ellipse(Box box) => (x, y) => Distance(box, x, y, 0) <= 1 && Distance(box, x, y, 8) > 1;

    private static float Distance(Vector2 from, Vector2 to, Vector2 point)
    {
        var share = Math.Clamp(Vector2.Dot(point - from, to - from) / Vector2.DistanceSquared(from, to), 0, 1);
        return Vector2.Distance(point, Vector2.Lerp(from, to, share));
    }

    private static double Distance(Box box, int x, int y, int inset)
    {
        var (u, v) = ((x + 0.5 - (box.Left + box.Right) / 2.0) / (box.Width / 2.0 - inset), (y + 0.5 - (box.Top + box.Bottom) / 2.0) / (box.Height / 2.0 - inset));
        return u * u + v * v;
    }
}
