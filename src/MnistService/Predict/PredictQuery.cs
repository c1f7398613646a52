using MnistService.Hosting;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>The query of <c>POST /predict</c>: <c>invert</c> and <c>normalize</c>, each auto, always or never.</summary>
internal static class PredictQuery
{
    /// <exception cref="ProblemException">422: a value that is none of the three.</exception>
    internal static PictureOptions Read(string? invert, string? normalize, int maxPixels) => new()
    {
        Invert = OneOf<InvertMode>("invert", invert),
        Normalize = OneOf<NormalizeMode>("normalize", normalize),
        MaxPixels = maxPixels,
    };

    private static T OneOf<T>(string name, string? value) where T : struct, Enum
    {
        if (value is null) return default;
        foreach (var choice in Enum.GetValues<T>())
            if (string.Equals(choice.ToString(), value, StringComparison.OrdinalIgnoreCase)) return choice;
        throw new ProblemException(422, "query_invalid", "The query has a value that is not known",
            $"{name} is not one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
    }
}
