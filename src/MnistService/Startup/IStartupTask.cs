namespace MnistService.Startup;

/// <summary>Startup task that must finish before Kestrel listens. Tasks are independent of each other and run in parallel.</summary>
internal interface IStartupTask
{
    /// <summary>Name of the task in the log.</summary>
    string Name { get; }

    /// <summary>Runs the task on a dedicated thread. An exception stops the startup.</summary>
    void Run();
}
