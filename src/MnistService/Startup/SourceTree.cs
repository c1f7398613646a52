namespace MnistService.Startup;

/// <summary>Locates the source repository if the service runs from its build output, so that the default directories are in the repository.</summary>
internal static class SourceTree
{
    private const string Solution = "MnistService.sln";

    /// <summary>Returns the path of a folder in the repository, or in the working directory if the service does not run from a repository.</summary>
    internal static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Solution))) return Path.Combine(folder.FullName, name);
        return Path.GetFullPath(name);
    }
}
