namespace MnistService.Startup;

/// <summary>What must be done before the web server listens, and needs nothing of the others of its kind.</summary>
internal interface IStartWork
{
    /// <summary>As the log calls it.</summary>
    string Name { get; }

    /// <summary>Runs on a thread of its own, beside the others. What it throws stops the start.</summary>
    void Run();
}
