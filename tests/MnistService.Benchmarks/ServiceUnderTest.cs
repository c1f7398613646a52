using System.Diagnostics;
using MnistService.Benchmarks.Hostile;

namespace MnistService.Benchmarks;

/// <summary>
/// The service in its own process, with a temporary folder that holds a copy of the models, symbolic links to MNIST, and the data directory. Disposing it ends
/// the process and deletes the folder.
/// </summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string? _processors;
    private readonly MemoryLimit? _limit;

    private ServiceUnderTest(string folder, string? processors, MemoryLimit? limit) => (_folder, _processors, _limit) = (folder, processors, limit);

    internal ServerProcess Process { get; private set; } = null!;

    /// <summary>Starts the service with a data directory that has only MNIST, and waits until it is ready.</summary>
    /// <param name="processors">Processor list in the syntax of <c>taskset -c</c>; <c>null</c> allows all processors.</param>
    /// <param name="limit">Memory limit; <c>null</c> for none.</param>
    internal static async Task<ServiceUnderTest> StartAsync(string? processors = null, MemoryLimit? limit = null)
    {
        var service = new ServiceUnderTest(Directory.CreateTempSubdirectory("mnist-measured-").FullName, processors, limit);
        Copy(Path.Combine(Repository.Root, "models"), Path.Combine(service._folder, "models"));
        LinkMnist(Path.Combine(service._folder, "data", "mnist"));
        service.Process = await service.RunAsync();
        return service;
    }

    /// <summary>Kills the service and starts it again with the existing data.</summary>
    internal async Task RestartAsync()
    {
        await Process.DisposeAsync();
        Process = await RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<ServerProcess> RunAsync()
    {
        string[] command = [.. _processors is null ? Array.Empty<string>() : ["taskset", "-c", _processors], "dotnet", Repository.BuiltService, "--urls", "http://127.0.0.1:0"];
        if (_limit is not null) command = _limit.Wrap(command);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            Environment =
            {
                ["MnistService__Data__Directory"] = Path.Combine(_folder, "data"),
                ["MnistService__Models__Directory"] = Path.Combine(_folder, "models"),
                ["MnistService__Data__Download"] = "false",
            },
        };
        if (_limit is not null) start.Environment["DOTNET_GCHeapHardLimit"] = _limit.HeapHardLimit;
        return ServerProcess.StartAsync(start);
    }

    private static void LinkMnist(string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(Repository.RequireMnist(), "*-ubyte.gz"))
            File.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(file)), Path.GetFullPath(file));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
