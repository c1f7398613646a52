using System.Globalization;
using MnistService.Model.Architectures;

namespace MnistService.Model.Registry;

/// <summary>
/// Default names of models, training jobs and data sets. A default name states the content and the time, for example <c>CNN, MNIST + strokes, 26 Nov 16:10</c>.
/// </summary>
public static class DefaultName
{
    /// <summary>Maximum length of the name of a model, training job or data set, in UTF-16 code units.</summary>
    public const int MaxLength = 100;

    /// <summary>Returns the default name of a model or of a training job: the network, the source, and the time.</summary>
    /// <param name="source">
    /// Names of the training data sets, or <c>imported</c>. If the default name would have more than 100 characters, the source is shortened and ends with an
    /// ellipsis.
    /// </param>
    /// <param name="time">Time of creation. The name shows it in UTC.</param>
    public static string OfModel(NetworkKind network, string source, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (start, end) = (network.ToString().ToUpperInvariant() + ", ", ", " + Show(time));
        var room = MaxLength - start.Length - end.Length;
        return start + (source.Length <= room ? source : source[..(char.IsHighSurrogate(source[room - 2]) ? room - 2 : room - 1)] + "…") + end;
    }

    /// <summary>
    /// Returns the default name of an uploaded data set: the digits that occur in it, and the upload time. Examples: <c>digits 0–9, 26 Nov 16:10</c> and
    /// <c>digit 1, 26 Nov 16:10</c>.
    /// </summary>
    /// <param name="labels">[10] number of images per digit.</param>
    /// <param name="time">Time of the upload. The name shows it in UTC.</param>
    public static string OfDataset(IReadOnlyList<int> labels, DateTimeOffset time)
    {
        var digits = Enumerable.Range(0, labels.Count).Where(digit => labels[digit] > 0).ToList();
        return $"{(digits.Count == 1 ? "digit" : "digits")} {(digits.Count == labels.Count ? "0–9" : string.Join(", ", digits))}, {Show(time)}";
    }

    private static string Show(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM HH:mm", CultureInfo.InvariantCulture);
}
