using MnistService.Model.Imaging;
using MnistService.Model.Reading;

namespace MnistService.Model.Tests.Reading;

/// <summary>Which images are read a second time, and which interpretation is chosen.</summary>
public sealed class InterpretationChoiceTests
{
    private static readonly DigitImage Image = new(new byte[DigitImage.PixelCount]);

    [Theory]
    [InlineData(7, 0.99f, 0.95f, 5, false)]
    [InlineData(7, 0.99f, 0.85f, 1, true)]
    [InlineData(7, 0.7f, 0.99f, 1, true)]
    [InlineData(1, 0.99f, 0.99f, 1, false)]
    [InlineData(1, 0.99f, 0.99f, 2, true)] // beside other ink
    [InlineData(7, 0.7f, 0.2f, 0, false)] // the image already had MNIST's format
    [InlineData(7, 0.7f, float.NaN, 5, false)] // the model has no digit score
    public void An_uncertain_digit_is_doubtful(int digit, float confidence, float digitProbability, int components, bool expected) =>
        Assert.Equal(expected, Whole(digit, confidence, digitProbability, components).IsDoubtful(all: false));

    [Fact]
    public void A_page_without_a_single_digit_is_doubtful() =>
        Assert.True(new ClassifiedMarks(new(null, new(ImageError.NoInk, "none"), [1], [new(Image, default, 0, 0, 1, MarkShape.Typical)], 0) { Components = 3 }, Row(7, 0.9f), new[] { 0.2f }).IsDoubtful(all: false));

    [Fact]
    public void A_page_with_several_digits_is_not_doubtful()
    {
        var page = Line((4, 0.99f), (2, 0.99f));
        Assert.False(page.IsDoubtful(all: false));
        Assert.False(page.IsDoubtful(all: true));
        Assert.True(Line((4, 0.01f), (2, 0.02f)).IsDoubtful(all: true)); // no digit at all
    }

    [Fact]
    public void The_most_probable_digit_is_chosen()
    {
        var (index, probability) = InterpretationChoice.Choose(null,
        [
            (InterpretationKind.Usual, Whole(1, 0.99f, 0.3f, 4)), (InterpretationKind.StrongestColor, Whole(7, 0.9995f, 0.99f, 1)), (InterpretationKind.ThickStrokes, Whole(4, 0.9f, 0.99f, 1)),
        ], all: false)!.Value;
        Assert.Equal(1, index);
        Assert.InRange(probability, 0.5f, 1);
    }

    [Fact]
    public void Of_equal_digits_the_usual_interpretation_is_chosen() => Assert.Equal(0, InterpretationChoice.Choose(null,
        [.. Enum.GetValues<InterpretationKind>().Select(kind => (kind, Whole(7, 0.99f, 0.99f, 1)))], all: false)!.Value.Index);

    [Fact]
    public void No_digit_is_probable_if_all_interpretations_are_doubtful()
    {
        (InterpretationKind, ClassifiedMarks)[] doubtful = [.. Enum.GetValues<InterpretationKind>().Select(kind => (kind, Whole(7, 0.99f, 0.5f, 3)))];
        Assert.InRange(InterpretationChoice.Choose(doubtful[0].Item2, doubtful, all: false)!.Value.Probability, 0, 0.4f);
        Assert.Null(InterpretationChoice.Choose(null, doubtful, all: false)); // a rejected image stays rejected
    }

    [Fact]
    public void Several_digits_count_together() => Assert.Equal(1, InterpretationChoice.Choose(Line((4, 0.99f)),
        [(InterpretationKind.Usual, Line((4, 0.99f))), (InterpretationKind.StrongestColor, Line((4, 0.999f), (2, 0.999f), (7, 0.999f)))], all: true)!.Value.Index);

    [Fact]
    public void The_first_reading_of_all_digits_stands_if_none_is_better()
    {
        var first = Line((4, 0.9f));
        Assert.Null(InterpretationChoice.Choose(first, [(InterpretationKind.Usual, first), (InterpretationKind.ThickStrokes, Line())], all: true));
        Assert.Null(InterpretationChoice.Choose(first, [(InterpretationKind.StrongestColor, Line((4, 0.3f)))], all: true));
        Assert.Null(InterpretationChoice.Choose(null, [(InterpretationKind.StrongestColor, Line())], all: true));
    }

    [Fact]
    public void Nothing_is_chosen_of_nothing() => Assert.Null(InterpretationChoice.Choose(null, [], all: false));

    private static ClassifiedMarks Whole(int digit, float confidence, float digitProbability, int components) =>
        new(new(Image, null, [], [], 0) { Components = components }, Row(digit, confidence), new[] { digitProbability });

    private static ClassifiedMarks Line(params (int Digit, float DigitProbability)[] digits)
    {
        var candidates = digits.Select((digit, index) => new MarkCandidate(new(new byte[DigitImage.PixelCount]), new(index * 40, 0, 24, 40), 0, index, 1, MarkShape.Typical));
        var rows = digits.SelectMany(digit => Row(digit.Digit, 0.99f));
        return new(new(Image, null, [digits.Length], [.. candidates], 0) { Components = digits.Length }, (float[])[.. Row(0, 0.5f), .. rows], (float[])[0.01f, .. digits.Select(digit => digit.DigitProbability)]);
    }

    private static float[] Row(int digit, float confidence) => [.. Enumerable.Range(0, 10).Select(i => i == digit ? confidence : (1 - confidence) / 9)];
}
