using MnistService.Model.Datasets;

namespace MnistService.TestSupport;

/// <summary>
/// Locates the MNIST files: the folder named by the environment variable MNIST_DIRECTORY, <c>data</c> in the repository, or <c>shared/data</c> next to the
/// repository.
/// </summary>
internal static class MnistLocation
{
    private const string Setting = "MNIST_DIRECTORY";

    /// <summary>Root of the repository: the nearest parent folder of the tests that contains the solution.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The folder with the four MNIST files; null if it was not found.</summary>
    internal static string? Directory { get; } = new[]
        {
            Environment.GetEnvironmentVariable(Setting),
            Path.Combine(Root, "data"),
            Path.Combine(Root, "..", "shared", "data"),
        }
        .OfType<string>().Select(MnistFiles.Find).FirstOrDefault(found => found is not null);

    /// <summary>Returns the folder with the MNIST files, a <see cref="Requirement"/> of the calling test.</summary>
    internal static string Require()
    {
        Requirement.Check(Directory is not null, $"MNIST's four *-ubyte.gz files are not in ${Setting}, data/mnist or ../shared/data/mnist.");
        return Directory!;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MnistService.sln"))) return folder.FullName;
        throw new InvalidOperationException($"There is no MnistService.sln above {AppContext.BaseDirectory}.");
    }
}
