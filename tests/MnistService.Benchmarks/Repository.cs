using MnistService.Model.Datasets;

namespace MnistService.Benchmarks;

internal static class Repository
{
    /// <summary>Root folder of the repository: the nearest parent folder of the executable that contains the solution file.</summary>
    internal static string Root { get; } = Find();

    /// <summary>
    /// Folder with MNIST's four files, searched in <c>$MNIST_DIRECTORY</c>, <c>data</c> and <c>../shared/data</c>; <c>null</c> if none has them.
    /// </summary>
    internal static string? Mnist { get; } = new[]
        {
            Environment.GetEnvironmentVariable("MNIST_DIRECTORY"),
            Path.Combine(Root, "data"),
            Path.Combine(Root, "..", "shared", "data"),
        }
        .OfType<string>().Select(MnistFiles.Find).FirstOrDefault(found => found is not null);

    /// <summary>Folder with MNIST's four files, for benchmarks that cannot run without them.</summary>
    /// <exception cref="InvalidOperationException">The files were not found.</exception>
    internal static string RequireMnist() =>
        Mnist ?? throw new InvalidOperationException("MNIST's four *-ubyte.gz files are not in $MNIST_DIRECTORY, data/mnist or ../shared/data/mnist.");

    /// <summary>
    /// Path of the service's assembly in the service's own output folder, in the same build configuration as the benchmarks. Users run this assembly. The copy
    /// in the benchmarks' output folder has no ahead-of-time (ReadyToRun) code and starts slower.
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
