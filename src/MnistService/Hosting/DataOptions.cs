namespace MnistService.Hosting;

/// <summary>Settings under <c>MnistService:Data</c>.</summary>
internal sealed class DataOptions
{
    internal const string Section = "MnistService:Data";

    /// <summary>Folder of MNIST's files, uploaded data, submissions and the SQLite file; created when absent.</summary>
    public string Directory { get; set; } = "data";

    /// <summary>Whether MNIST is fetched when it is needed and absent.</summary>
    public bool Download { get; set; } = true;
}
