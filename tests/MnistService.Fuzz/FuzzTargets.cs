using MnistService.Fuzz.Targets;

namespace MnistService.Fuzz;

/// <summary>All parsers of untrusted input.</summary>
public static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
        [new ImageTarget(), new OtherImageTarget(), new TextBodyTarget(), new CsvTarget(), new SafetensorsTarget(), new PyTorchTarget(), new DatasetZipTarget(), new JsonTarget()];

    /// <exception cref="ArgumentException">There is no target of that name.</exception>
    public static IFuzzTarget Find(string name) => All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"'{name}' is not one of {string.Join(", ", All.Select(target => target.Name))}.", nameof(name));

    /// <summary>Minimized inputs that once violated a contract, kept as regression tests.</summary>
    public static IReadOnlyList<(string Name, byte[] Input)> FindsOf(IFuzzTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Resources($"finds/{target.Name}/");
    }

    /// <summary>Embedded files of this assembly whose resource name begins with <paramref name="start"/>.</summary>
    internal static IReadOnlyList<(string Name, byte[] Bytes)> Resources(string start)
    {
        var assembly = typeof(FuzzTargets).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(start, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Load)];

        (string, byte[]) Load(string name)
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[resource.Length];
            resource.ReadExactly(bytes);
            return (name, bytes);
        }
    }
}
