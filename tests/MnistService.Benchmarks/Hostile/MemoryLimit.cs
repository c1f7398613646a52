using System.Globalization;

namespace MnistService.Benchmarks.Hostile;

/// <summary>
/// A memory limit for a process, as in a container: a cgroup if one can be created (requires root), and always the heap limit that the .NET runtime uses in
/// such a container, which is three quarters of the memory limit.
/// </summary>
internal sealed class MemoryLimit : IDisposable
{
    private readonly string? _cgroup;

    /// <param name="bytes">Memory limit of the whole container, in bytes.</param>
    internal MemoryLimit(long bytes)
    {
        HeapHardLimit = (bytes * 3 / 4).ToString("X", CultureInfo.InvariantCulture);
        _cgroup = Make("/sys/fs/cgroup/memory", "memory.limit_in_bytes", bytes) ?? Make("/sys/fs/cgroup", "memory.max", bytes);
    }

    internal string Description => _cgroup is null ? "a limit on the runtime's heap alone: no cgroup could be made" : "a cgroup, and the heap limit that follows from it";

    /// <summary>Value of <c>DOTNET_GCHeapHardLimit</c>: bytes in hexadecimal.</summary>
    internal string HeapHardLimit { get; }

    /// <summary>Returns a command line that runs the command in the cgroup. The command keeps the process id of the wrapper.</summary>
    internal string[] Wrap(string[] command) =>
        _cgroup is null ? command : ["sh", "-c", "echo $$ > \"$0\"/cgroup.procs && exec \"$@\"", _cgroup, .. command];

    /// <summary>Removes the cgroup. Its processes must have ended.</summary>
    public void Dispose()
    {
        if (_cgroup is not null) Directory.Delete(_cgroup);
    }

    private static string? Make(string root, string file, long bytes)
    {
        var cgroup = Path.Combine(root, $"mnist-hostile-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(cgroup);
            if (File.Exists(Path.Combine(cgroup, file)))
            {
                File.WriteAllText(Path.Combine(cgroup, file), bytes.ToString(CultureInfo.InvariantCulture));
                return cgroup;
            }
            Directory.Delete(cgroup);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // not root, or no cgroups: only the heap limit applies
        return null;
    }
}
