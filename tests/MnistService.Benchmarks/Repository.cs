namespace MnistService.Benchmarks;

internal static class Repository
{
    /// <summary>The nearest folder above the benchmarks that holds the solution.</summary>
    internal static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MnistService.sln"))) return folder.FullName;
        throw new InvalidOperationException($"There is no MnistService.sln above {AppContext.BaseDirectory}.");
    }
}
