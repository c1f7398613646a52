namespace MnistService.Startup;

/// <summary>The repository that this build came from, when it runs where it was built.</summary>
internal static class SourceTree
{
    private const string Solution = "MnistService.sln";

    /// <summary>A folder of that repository, or one of the working directory when the service runs anywhere else.</summary>
    internal static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Solution))) return Path.Combine(folder.FullName, name);
        return Path.GetFullPath(name);
    }
}
