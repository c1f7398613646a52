using MnistService.Http;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>
/// Parses the query of <c>POST /predict</c> and <c>POST /read</c>: <c>invert</c> and <c>normalize</c> (auto, always or never) and <c>image</c> (true or false).
/// </summary>
internal static class PredictQuery
{
    /// <exception cref="ProblemException">422: a value is not auto, always or never.</exception>
    internal static ImageOptions Read(string? invert, string? normalize, PredictOptions limits) => limits.Images with
    {
        Invert = OneOf<InvertMode>("invert", invert),
        Normalize = OneOf<NormalizeMode>("normalize", normalize),
    };

    /// <returns>Whether the response includes the network inputs (28×28 pixels); false if <paramref name="image"/> is null.</returns>
    /// <exception cref="ProblemException">422: the value is neither true nor false.</exception>
    internal static bool ReadImage(string? image)
    {
        if (image is null) return false;
        return bool.TryParse(image, out var wanted) ? wanted : throw Unknown("image", image, "true, false");
    }

    private static T OneOf<T>(string name, string? value) where T : struct, Enum
    {
        if (value is null) return default;
        foreach (var choice in Enum.GetValues<T>())
            if (string.Equals(choice.ToString(), value, StringComparison.OrdinalIgnoreCase)) return choice;
        throw Unknown(name, value, string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant());
    }

    private static ProblemException Unknown(string name, string value, string choices) =>
        RequestProblems.QueryValueUnknown.Exception(RequestText.Shown(value), name, choices);
}
