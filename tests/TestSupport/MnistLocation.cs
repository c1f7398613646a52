using MnistService.Model.Datasets;

namespace MnistService.TestSupport;

/// <summary>Where MNIST lies: the setting MNIST_DIRECTORY, <c>data</c> in the repository, or <c>shared/data</c> beside it.</summary>
internal static class MnistLocation
{
    private const string Setting = "MNIST_DIRECTORY";

    /// <summary>The repository's root: the nearest folder above the tests that holds the solution.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The folder with the four files, or null.</summary>
    internal static string? Directory { get; } = new[]
        {
            Environment.GetEnvironmentVariable(Setting),
            Path.Combine(Root, "data"),
            Path.Combine(Root, "..", "shared", "data"),
        }
        .OfType<string>().Select(MnistFiles.Find).FirstOrDefault(found => found is not null);

    /// <summary>Skips the calling test, with the reason, where MNIST is not there.</summary>
    internal static string Require()
    {
        Assert.SkipWhen(Directory is null, $"MNIST's four *-ubyte.gz files are not in ${Setting}, data/mnist or ../shared/data/mnist.");
        return Directory!;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MnistService.sln"))) return folder.FullName;
        throw new InvalidOperationException($"There is no MnistService.sln above {AppContext.BaseDirectory}.");
    }
}
