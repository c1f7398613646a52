using MnistService.Model.Registry;

namespace MnistService.Http;

/// <summary>Checks the display names of models, jobs, data sets and submissions.</summary>
internal static class DisplayName
{
    /// <summary>Returns the error of a name as a verb phrase, such as "has 101 characters"; <c>null</c> if the name is valid. An empty name is valid.</summary>
    internal static string? FindError(string name) => name.Length > DefaultName.MaxLength ? $"has {name.Length} characters"
        : name.Any(char.IsControl) ? "contains a control character"
        : null;
}
