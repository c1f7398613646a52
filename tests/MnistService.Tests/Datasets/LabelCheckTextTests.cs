using MnistService.Datasets.LabelChecks;

namespace MnistService.Tests.Datasets;

/// <summary>The sentence that describes the counts of a label check.</summary>
public sealed class LabelCheckTextTests
{
    private const int ClassSize = 150;

    private static readonly int[] Labels = [.. Enumerable.Repeat(ClassSize, 10)];

    public static TheoryData<string, string> Sentences() => new()
    {
        { "", "None of 1,500 labels looks wrong." },
        { "7>1:1", "1 of 1,500 labels looks wrong." },
        { "7>1:75", "75 of 1,500 labels look wrong." }, // exactly half of a class is not "most"
        { "3>5:140 5>3:120 7>1:2", "262 of 1,500 labels look wrong; classes 3 and 5 seem swapped." },
        { "3>5:140 5>3:120 4>9:100 9>4:76", "436 of 1,500 labels look wrong; classes 3 and 5, 4 and 9 seem swapped." },
        { "3>5:140 5>3:20", "160 of 1,500 labels look wrong; most images labeled 3 look like 5." },
        { "3>5:140 4>9:80", "220 of 1,500 labels look wrong; most images labeled 3 look like 5, those labeled 4 like 9." },
        { "3>5:140 5>3:120 7>1:90", "350 of 1,500 labels look wrong; classes 3 and 5 seem swapped; most images labeled 7 look like 1." },
        { "3>5:140 5>7:120", "260 of 1,500 labels look wrong; most images labeled 3 look like 5, those labeled 5 like 7." },
        { "0>8:140 1>8:120 2>8:76", "336 of 1,500 labels look wrong; most images of 3 classes look like 8: they are unlike the digits that the model was trained on." },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Counts_become_a_sentence(string suspicious, string expected) => Assert.Equal(expected, LabelCheckText.Describe(Check(suspicious), Labels));

    [Fact]
    public void Labels_that_were_moved_by_one_are_each_told()
    {
        var moved = string.Join(' ', Enumerable.Range(0, 10).Select(label => $"{label}>{(label + 1) % 10}:150"));
        var sentence = LabelCheckText.Describe(Check(moved), Labels);
        Assert.StartsWith("1,500 of 1,500 labels look wrong; most images labeled 0 look like 1, those labeled 1 like 2, ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(", those labeled 9 like 0.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Shuffled_labels_are_unrelated_to_the_images()
    {
        var shuffled = string.Join(' ', Enumerable.Range(0, 100).Where(i => i / 10 != i % 10).Select(i => $"{i / 10}>{i % 10}:14"));
        Assert.Equal("1,260 of 1,500 labels look wrong; the labels seem unrelated to the images.", LabelCheckText.Describe(Check(shuffled, disagreements: 1_350), Labels));
    }

    [Fact]
    public void Images_that_the_model_reads_wrong_without_confidence_are_unlike_what_it_knows() =>
        Assert.Equal("20 of 1,500 labels look wrong; the images look unlike the digits that the model was trained on.",
            LabelCheckText.Describe(Check("3>5:20", disagreements: 1_100), Labels));

    [Theory]
    [InlineData("", "None of 1,500 labels looks wrong; most images look inverted: 0 must be the background and 255 the ink.")]
    [InlineData("3>8:140", "140 of 1,500 labels look wrong; most images look inverted: 0 must be the background and 255 the ink.")]
    public void Inverted_images_explain_all_else(string suspicious, string expected) =>
        Assert.Equal(expected, LabelCheckText.Describe(Check(suspicious, inverted: 751), Labels));

    [Fact]
    public void Nothing_is_said_of_a_class_of_four_images()
    {
        int[] labels = [.. Labels];
        labels[3] = 4;
        Assert.Equal("4 of 1,354 labels look wrong.", LabelCheckText.Describe(Check("3>5:4"), labels));
    }

    [Fact]
    public void What_was_not_checked_says_why()
    {
        Assert.Equal("The labels were not checked: an older version of the service stored the data set.", LabelCheckText.Describe(null, Labels));
        Assert.Equal("The labels were not checked: no model was ready, or the inference failed.", LabelCheckText.Describe(LabelCheck.NotDone, Labels));
    }

    [Fact]
    public void A_job_is_warned_of_suspicious_labels_and_of_strange_images_and_of_nothing_else()
    {
        Assert.False(LabelCheckText.IsWarning(null, Labels));
        Assert.False(LabelCheckText.IsWarning(LabelCheck.NotDone, Labels));
        Assert.False(LabelCheckText.IsWarning(Check(""), Labels));
        Assert.True(LabelCheckText.IsWarning(Check("7>1:1"), Labels));
        Assert.True(LabelCheckText.IsWarning(Check("", inverted: 1_500), Labels));
        Assert.True(LabelCheckText.IsWarning(Check("", disagreements: 1_500), Labels));
    }

    /// <param name="suspicious">Counts separated by spaces. <c>3>5:140</c> means that 140 images labeled 3 are predicted as 5.</param>
    private static LabelCheck Check(string suspicious, int? disagreements = null, int inverted = 0)
    {
        var counts = Enumerable.Range(0, 10).Select(_ => new int[10]).ToArray();
        foreach (var each in suspicious.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            counts[each[0] - '0'][each[2] - '0'] = int.Parse(each[4..], System.Globalization.CultureInfo.InvariantCulture);
        return new("model", counts, disagreements ?? counts.Sum(row => row.Sum()), inverted);
    }
}
