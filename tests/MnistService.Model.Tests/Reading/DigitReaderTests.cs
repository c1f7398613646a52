using MnistService.Model.Imaging;
using MnistService.Model.Reading;

namespace MnistService.Model.Tests.Reading;

public sealed class DigitReaderTests
{
    private static readonly DigitImage Image = new(new byte[DigitImage.PixelCount]);

    private static readonly MarkShape Typical = MarkShape.Typical;

    [Fact]
    public void Digits_are_read_line_by_line()
    {
        var reading = Read([2, 1], [(0, 0, 1, Typical, 4, 0.99f), (0, 1, 1, Typical, 2, 0.98f), (1, 0, 1, Typical, 7, 0.97f)]);
        Assert.Equal("42\n7", reading.Text);
        Assert.Equal([0, 0, 1], reading.Digits.Select(digit => digit.Line));
        Assert.Equal([4, 2, 7], reading.Digits.Select(digit => digit.Digit));
        Assert.True(reading.IsSeveral);
    }

    [Fact]
    public void An_open_four_is_one_four_and_not_a_six_and_a_one()
    {
        var reading = Read([2],
        [
            (0, 0, 1, Typical with { Height = 0.7f, OuterGap = 0.05f }, 6, 0.8f), (0, 0, 2, Typical with { Width = 0.7f, InnerGap = 0.05f }, 4, 0.99f),
            (0, 1, 1, Typical with { Width = 0.2f, OuterGap = 0.05f }, 1, 0.95f),
        ]);
        Assert.Equal("4", reading.Text);
        Assert.False(reading.IsSeveral);
    }

    [Fact]
    public void Two_digits_with_a_gap_are_not_joined()
    {
        var reading = Read([2],
        [
            (0, 0, 1, Typical with { Width = 0.2f, OuterGap = 0.25f }, 1, 0.97f), (0, 0, 2, Typical with { Width = 0.65f, InnerGap = 0.25f }, 4, 0.9f),
            (0, 1, 1, Typical with { Width = 0.2f, OuterGap = 0.25f }, 1, 0.97f),
        ]);
        Assert.Equal("11", reading.Text);
    }

    [Fact]
    public void A_touching_pair_is_read_as_two_digits()
    {
        var piece = Typical with { OuterCut = 0.1f, MarkWidth = 1.2f };
        var reading = Read([2], [(0, 0, 1, piece, 3, 0.98f), (0, 0, 2, Typical with { Width = 1.2f, InnerCut = 0.1f, MarkWidth = 1.2f }, 8, 0.2f), (0, 1, 1, piece, 5, 0.98f)]);
        Assert.Equal("35", reading.Text);
    }

    [Fact]
    public void A_piece_of_a_mark_is_no_digit_if_the_other_piece_is_none()
    {
        var piece = Typical with { OuterCut = 0.1f, MarkWidth = 1.2f };
        var candidates = new MarkCandidate[] { new(Image, new(0, 0, 20, 40), 0, 0, 1, piece) { MarkAtoms = (0, 2) }, new(Image, new(20, 0, 20, 40), 0, 1, 1, piece) { MarkAtoms = (0, 2) } };
        float[] probabilities = [.. Enumerable.Range(0, 20).Select(i => i is 4 or 12 ? 0.98f : 0.002f)];
        Assert.Equal("42", DigitReader.Read(new(Image, null, [2], candidates, 0), probabilities, [0.99f, 0.99f]).Text);
        Assert.Equal("", DigitReader.Read(new(Image, null, [2], candidates, 0), probabilities, [0.99f, 0.01f]).Text);
    }

    [Fact]
    public void Two_ones_are_several_digits_only_if_they_are_alone()
    {
        var one = Typical with { Width = 0.09f };
        (int, int, int, MarkShape, int, float)[] ones = [(0, 0, 1, one, 1, 0.999f), (0, 1, 1, one, 1, 0.999f)];
        Assert.True(Read([2], ones).IsSeveral);
        Assert.False(Read([2], ones, ignored: 1).IsSeveral);
        Assert.False(Read([2, 1], [.. ones, (1, 0, 1, one, 1, 0.999f)]).IsSeveral);
    }

    [Fact]
    public void A_mark_that_is_no_digit_is_dropped_and_counted()
    {
        var reading = Read([2], [(0, 0, 1, Typical, 5, 0.99f), (0, 1, 1, Typical with { Height = 0.4f }, 1, 0.001f)], ignored: 3);
        Assert.Equal("5", reading.Text);
        Assert.Equal(4, reading.Ignored);
        Assert.False(reading.IsSeveral);
    }

    [Fact]
    public void A_low_mark_in_a_line_of_its_own_is_dropped()
    {
        var reading = ReadWithHeights([1, 2],
        [
            (0, 0, 1, Typical with { Width = 0.9f, IsAtEdge = true }, 1, 0.1f, 16), (1, 0, 1, Typical, 7, 0.99f, 40), (1, 1, 1, Typical, 8, 0.99f, 40),
        ]);
        Assert.Equal("78", reading.Text);
        Assert.Equal(1, reading.Ignored);
    }

    [Theory]
    [InlineData(0.9f, 0.9f, "42")]
    [InlineData(0.9f, 0.3f, "42")] // beside a digit a doubtful mark counts
    [InlineData(0.9f, 0.1f, "4")]
    [InlineData(0.3f, 0.3f, "")]
    public void A_doubtful_mark_is_judged_by_its_neighbors(float first, float second, string text) =>
        Assert.Equal(text, Read([2], [(0, 0, 1, Typical, 4, first), (0, 1, 1, Typical, 2, second)]).Text);

    [Fact]
    public void Digits_with_a_low_digit_probability_do_not_count_as_several() =>
        Assert.False(ReadWithHeights([2], [(0, 0, 1, Typical, 4, 0.85f, 40), (0, 1, 1, Typical, 2, 0.85f, 40)]).IsSeveral);

    [Fact]
    public void Without_a_digit_score_each_mark_counts_as_a_digit()
    {
        var reading = Read([2], [(0, 0, 1, Typical, 4, float.NaN), (0, 1, 1, Typical, 2, float.NaN)]);
        Assert.Equal(("42", 0), (reading.Text, reading.Ignored));
    }

    [Fact]
    public void An_image_without_marks_has_no_text() => Assert.Equal(("", false), (Read([], []).Text, Read([], []).IsSeveral));

    [Fact]
    public void A_wrong_number_of_scores_is_rejected() =>
        Assert.Throws<ArgumentException>(() => DigitReader.Read(new(Image, null, [1], [new(Image, default, 0, 0, 1, Typical)], 0), new float[10], []));

    /// <param name="lines">Atoms per line.</param>
    /// <param name="candidates">Line, first atom, number of atoms, shape, digit, and digit probability of the candidates; all are 40 pixels high.</param>
    private static PageReading Read(int[] lines, (int Line, int First, int Count, MarkShape Shape, int Digit, float Probability)[] candidates, int ignored = 0) =>
        ReadWithHeights(lines, [.. candidates.Select(c => (c.Line, c.First, c.Count, c.Shape, c.Digit, c.Probability, 40))], ignored);

    /// <param name="candidates">As above, and the height in pixels.</param>
    private static PageReading ReadWithHeights(int[] lines, (int Line, int First, int Count, MarkShape Shape, int Digit, float Probability, int Height)[] candidates, int ignored = 0)
    {
        var marks = new PageMarks(Image, null, lines, [.. candidates.Select(c => new MarkCandidate(Image, new(0, 0, 20, c.Height), c.Line, c.First, c.Count, c.Shape))], ignored);
        var probabilities = candidates.SelectMany(c => Enumerable.Range(0, 10).Select(digit => digit == c.Digit ? 0.98f : 0.02f / 9)).ToArray();
        return DigitReader.Read(marks, probabilities, [.. candidates.Select(c => c.Probability)]);
    }
}
