using System.Globalization;
using MnistService.Model.Architectures;

namespace MnistService.Model.Registry;

/// <summary>Default names for models, jobs and data sets. They state the content, for example <c>CNN, MNIST + strokes, 26 Nov 16:10</c>.</summary>
public static class DefaultName
{
    /// <summary>Maximum length of a name in UTF-16 code units.</summary>
    public const int MaxLength = 100;

    /// <param name="network">The network.</param>
    /// <param name="source">What it was trained on, or where it comes from.</param>
    /// <param name="time">The time, which the name contains in UTC.</param>
    public static string OfModel(NetworkKind network, string source, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (start, end) = (network.ToString().ToUpperInvariant() + ", ", ", " + Show(time));
        var room = MaxLength - start.Length - end.Length;
        return start + (source.Length <= room ? source : source[..(char.IsHighSurrogate(source[room - 2]) ? room - 2 : room - 1)] + "…") + end;
    }

    /// <summary>Returns a name such as <c>digits 0–9, 26 Nov 16:10</c> or <c>digit 1, 26 Nov 16:10</c>.</summary>
    /// <param name="labels">[10] number of images of each digit.</param>
    /// <param name="time">The time, which the name contains in UTC.</param>
    public static string OfDataset(IReadOnlyList<int> labels, DateTimeOffset time)
    {
        var digits = Enumerable.Range(0, labels.Count).Where(digit => labels[digit] > 0).ToList();
        return $"{(digits.Count == 1 ? "digit" : "digits")} {(digits.Count == labels.Count ? "0–9" : string.Join(", ", digits))}, {Show(time)}";
    }

    private static string Show(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM HH:mm", CultureInfo.InvariantCulture);
}
