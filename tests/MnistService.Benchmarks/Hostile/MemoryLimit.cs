using System.Globalization;

namespace MnistService.Benchmarks.Hostile;

/// <summary>
/// A memory limit for a process, as a container sets it: a cgroup where one can be made (as root), and always the heap limit that the runtime takes in such a
/// container, three quarters of it.
/// </summary>
internal sealed class MemoryLimit : IDisposable
{
    private readonly string? _cgroup;

    /// <param name="bytes">Of the whole container.</param>
    internal MemoryLimit(long bytes)
    {
        HeapHardLimit = (bytes * 3 / 4).ToString("X", CultureInfo.InvariantCulture);
        _cgroup = Make("/sys/fs/cgroup/memory", "memory.limit_in_bytes", bytes) ?? Make("/sys/fs/cgroup", "memory.max", bytes);
    }

    internal string Description => _cgroup is null ? "a limit on the runtime's heap alone: no cgroup could be made" : "a cgroup, and the heap limit that follows from it";

    /// <summary>For <c>DOTNET_GCHeapHardLimit</c>: hexadecimal.</summary>
    internal string HeapHardLimit { get; }

    /// <summary>The command under this limit. It keeps its process id.</summary>
    internal string[] Wrap(string[] command) =>
        _cgroup is null ? command : ["sh", "-c", "echo $$ > \"$0\"/cgroup.procs && exec \"$@\"", _cgroup, .. command];

    /// <summary>Removes the cgroup, whose process must have ended.</summary>
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // not root, or no cgroups: the heap limit remains
        return null;
    }
}
