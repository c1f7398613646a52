using System.Text.Json.Serialization;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>All digits of one image.</summary>
/// <param name="Text">The digits in reading order, lines from top to bottom, separated by line feeds; empty if the image shows no digit.</param>
/// <param name="Digits">The digits, in the order of <paramref name="Text"/>.</param>
/// <param name="Ignored">Number of ink marks that are not digits, including specks that are too small for a digit.</param>
/// <param name="Model">Id of the model that computed the result.</param>
internal sealed record Reading(string Text, IReadOnlyList<DigitAnswer> Digits, int Ignored, string Model);

/// <summary>One digit of an image.</summary>
/// <param name="Digit">The most probable digit.</param>
/// <param name="Confidence">Probability of the most probable digit, from 0 to 1, under the assumption that the ink in the box is a digit.</param>
/// <param name="DigitProbability">Probability, from 0 to 1, that the ink in the box is a digit; null if the model has no digit score.</param>
/// <param name="Box">Bounding box of the digit in pixels of the upright image (after the EXIF orientation was applied).</param>
/// <param name="Image">The network input, if requested: 28×28 bytes in row-major order, 0 = paper, 255 = ink; base64 in JSON.</param>
internal sealed record DigitAnswer(
    int Digit, float Confidence, float? DigitProbability, PixelBox Box, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Image)
{
    /// <param name="image">An image that could be read: its <see cref="ClassifiedImage.Result"/> is not null.</param>
    /// <param name="withImage">Whether each digit includes its network input.</param>
    internal static IReadOnlyList<DigitAnswer> Of(ClassifiedImage image, bool withImage)
    {
        var marks = image.Marks;
        return
        [
            .. marks.Reading.Digits.Select(digit => new DigitAnswer(
                digit.Digit, digit.Confidence, marks.HasScore ? digit.DigitProbability : null, digit.Box, withImage ? digit.Image.Pixels.ToArray() : null)),
        ];
    }
}

/// <summary>The digits of several images, in the order of the request.</summary>
/// <param name="Model">Id of the model that computed the first result; null if no image could be read.</param>
/// <param name="Readings">One entry per image.</param>
internal sealed record ReadingList(string? Model, IReadOnlyList<NamedReading> Readings);

/// <summary>The digits of one of several images, or the error if the image was rejected.</summary>
/// <param name="Name">File name from the request.</param>
internal sealed record NamedReading(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DigitAnswer>? Digits = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Ignored = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PictureProblem? Error = null);
