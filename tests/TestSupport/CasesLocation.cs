namespace MnistService.TestSupport;

/// <summary>
/// Locates test files that people really sent: the folder named by CASES_DIRECTORY, <c>cases</c> in the repository, or <c>../shared/cases</c>.
/// </summary>
internal static class CasesLocation
{
    private const string Setting = "CASES_DIRECTORY";

    /// <summary>The first of the three folders that exists; null if none exists.</summary>
    internal static string? Directory { get; } = new[]
        {
            Environment.GetEnvironmentVariable(Setting),
            Path.Combine(MnistLocation.Root, "cases"),
            Path.Combine(MnistLocation.Root, "..", "shared", "cases"),
        }
        .OfType<string>().FirstOrDefault(System.IO.Directory.Exists);

    /// <summary>Returns the path of a case. Skips the calling test, with the reason, if the file is absent.</summary>
    internal static string Require(string name)
    {
        var path = Directory is null ? null : Path.Combine(Directory, name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not in ${Setting}, cases or ../shared/cases.");
        return path!;
    }
}
