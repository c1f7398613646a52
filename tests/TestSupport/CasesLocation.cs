namespace MnistService.TestSupport;

/// <summary>Files as people really send them: the folder that CASES_DIRECTORY names, <c>cases</c> in the repository, or <c>../shared/cases</c>.</summary>
internal static class CasesLocation
{
    private const string Setting = "CASES_DIRECTORY";

    /// <summary>The first of the three folders that exists, or null.</summary>
    internal static string? Directory { get; } = new[]
        {
            Environment.GetEnvironmentVariable(Setting),
            Path.Combine(MnistLocation.Root, "cases"),
            Path.Combine(MnistLocation.Root, "..", "shared", "cases"),
        }
        .OfType<string>().FirstOrDefault(System.IO.Directory.Exists);

    /// <summary>Path of a case. Skips the calling test, with the reason, if the file is absent.</summary>
    internal static string Require(string name)
    {
        var path = Directory is null ? null : Path.Combine(Directory, name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not in ${Setting}, cases or ../shared/cases.");
        return path!;
    }
}
