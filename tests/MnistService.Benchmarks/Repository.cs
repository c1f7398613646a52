using MnistService.Model.Datasets;

namespace MnistService.Benchmarks;

internal static class Repository
{
    /// <summary>The nearest folder above the benchmarks that holds the solution.</summary>
    internal static string Root { get; } = Find();

    /// <summary>The folder with MNIST's four files; null when they are in none of the places where tests look.</summary>
    internal static string? Mnist { get; } = new[]
        {
            Environment.GetEnvironmentVariable("MNIST_DIRECTORY"),
            Path.Combine(Root, "data"),
            Path.Combine(Root, "..", "shared", "data"),
        }
        .OfType<string>().Select(MnistFiles.Find).FirstOrDefault(found => found is not null);

    /// <summary>The same, where nothing can be measured without them.</summary>
    internal static string RequireMnist() =>
        Mnist ?? throw new InvalidOperationException("MNIST's four *-ubyte.gz files are not in $MNIST_DIRECTORY, data/mnist or ../shared/data/mnist.");

    /// <summary>
    /// The service in its own output folder, built the same way and at the same time as these benchmarks: what users run. The copy in the benchmarks' folder
    /// is not compiled ahead, and starts slower.
    /// </summary>
    internal static string BuiltService { get; } = Path.Combine(
        Root, "src", "MnistService", "bin", Path.GetRelativePath(Path.Combine(Root, "tests", "MnistService.Benchmarks", "bin"), AppContext.BaseDirectory), "MnistService.dll");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MnistService.sln"))) return folder.FullName;
        throw new InvalidOperationException($"There is no MnistService.sln above {AppContext.BaseDirectory}.");
    }
}
