using System.Globalization;

namespace MnistService.Datasets.LabelChecks;

/// <summary>Formats the result of a label check as a sentence.</summary>
internal static class LabelCheckText
{
    /// <summary>
    /// Minimum number of images with the same label. Classes with fewer images are ignored in statements such as "classes 3 and 5 seem swapped".
    /// </summary>
    private const int MinClassSize = 5;

    /// <summary>
    /// Minimum number of classes. If the model classifies most images of at least this many classes as the same digit, the text blames the images instead of
    /// the labels: the images are unlike the digits that the model was trained on.
    /// </summary>
    private const int TooManyAlike = 3;

    internal const string BuiltIn = "The labels are not checked: the data set is built in.";

    /// <summary>Describes the result of a label check.</summary>
    /// <param name="check">Result of the label check; <c>null</c> if an older version of the service, which did not check labels, stored the data set.</param>
    /// <param name="labels">Number of images per label, 0 to 9; 10 elements.</param>
    internal static string Describe(LabelCheck? check, IReadOnlyList<int> labels)
    {
        if (check is null) return "The labels were not checked: an older version of the service stored the data set.";
        if (check.Model is null) return "The labels were not checked: no model was ready, or the inference failed.";
        var (count, all) = (check.Count, Format(labels.Sum()));
        var counted = count == 0 ? $"None of {all} labels looks wrong" : $"{Format(count)} of {all} labels {(count == 1 ? "looks" : "look")} wrong";
        return Explain(check, labels) is { } explanation ? $"{counted}; {explanation}." : $"{counted}.";
    }

    /// <summary>Returns whether a training job that uses the data set gets a warning. The warning contains the result of <see cref="Describe"/>.</summary>
    internal static bool IsWarning(LabelCheck? check, IReadOnlyList<int> labels) =>
        check?.Model is not null && (check.Count > 0 || Explain(check, labels) is not null);

    /// <summary>Returns a clause with the probable cause, such as swapped classes or inverted images; <c>null</c> if the check suggests no cause.</summary>
    private static string? Explain(LabelCheck check, IReadOnlyList<int> labels)
    {
        var images = labels.Sum();
        if (IsMost(check.Inverted, images)) return "most images look inverted: 0 must be the background and 255 the ink";
        var readAs = Enumerable.Range(0, labels.Count).Select(label => MostlyReadAs(check, labels, label)).ToArray();
        if (readAs.OfType<int>().GroupBy(digit => digit).FirstOrDefault(same => same.Count() >= TooManyAlike) is { } alike)
            return $"most images of {alike.Count()} classes look like {alike.Key}: they are unlike the digits that the model was trained on";
        if (DescribeClasses(readAs) is { } classes) return classes;
        if (!IsMost(check.Disagreements, images)) return null;
        return IsMost(check.Count, check.Disagreements)
            ? "the labels seem unrelated to the images"
            : "the images look unlike the digits that the model was trained on";
    }

    /// <param name="readAs">
    /// For each label 0 to 9, the other digit that the model confidently predicts for most images with this label; <c>null</c> if there is no such digit.
    /// </param>
    private static string? DescribeClasses(int?[] readAs)
    {
        var swapped = Enumerable.Range(0, readAs.Length).Where(label => IsSwapped(label) && readAs[label] > label).Select(label => $"{label} and {readAs[label]}").ToList();
        var others = Enumerable.Range(0, readAs.Length).Where(label => readAs[label] is not null && !IsSwapped(label)).ToList();
        var parts = new List<string>();
        if (swapped.Count > 0) parts.Add($"classes {string.Join(", ", swapped)} seem swapped");
        if (others.Count > 0) parts.Add("most images labeled " + string.Join(", those labeled ", others.Select((label, i) => $"{label} {(i == 0 ? "look like" : "like")} {readAs[label]}")));
        return parts.Count == 0 ? null : string.Join("; ", parts);

        bool IsSwapped(int label) => readAs[label] is { } other && readAs[other] == label;
    }

    private static int? MostlyReadAs(LabelCheck check, IReadOnlyList<int> labels, int label)
    {
        if (labels[label] < MinClassSize) return null;
        for (var digit = 0; digit < labels.Count; digit++)
            if (IsMost(check.Suspicious[label][digit], labels[label])) return digit;
        return null;
    }

    private static bool IsMost(int part, int whole) => 2L * part > whole;

    private static string Format(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
