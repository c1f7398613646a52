using ArchUnitNET.Loader;
using MnistService.Connections;
using MnistService.Model.Files;
using MnistService.TestSupport;

namespace MnistService.Tests.Layers;

/// <summary>
/// The order of dependencies in both projects: a folder uses only folders that are listed after it. Folders on one line do not use each other; a folder and its
/// subfolders count as one. <c>src/ARCHITECTURE.md</c> explains the order.
/// </summary>
public sealed class LayerTests
{
    private static readonly string[][] Service =
    [
        ["Hosting"],
        ["TrainingJobs"],
        ["ModelRegistry"],
        ["Submissions", "Datasets"],
        ["Predict", "Operations"],
        ["Inference"],
        ["Storage", "Uploads", "Downloads"],
        ["Security", "Database"],
        ["Connections"],
        ["OpenApi"],
        ["Startup"],
        ["Http"],
    ];

    private static readonly string[][] Library =
    [
        ["Registry"],
        ["Scoring"],
        ["Training"],
        ["Reading"],
        ["Evaluation"],
        ["Inference"],
        ["Architectures"],
        ["Handwriting"],
        ["Datasets"],
        ["Imaging", "Weights"],
        ["Files"],
        ["Native", "Simd"],
    ];

    [Fact]
    public void The_service_depends_downwards_only() => CheckOrder(typeof(ConnectionAdmission).Assembly, "MnistService", Service);

    [Fact]
    public void The_library_depends_downwards_only() => CheckOrder(typeof(AtomicFile).Assembly, "MnistService.Model", Library);

    [Theory]
    [InlineData("MnistService")]
    [InlineData("MnistService.Model")]
    public void Folder_and_namespace_agree(string project)
    {
        var root = Path.Combine(MnistLocation.Root, "src", project);
        var wrong = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file))
            .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal) && file.Contains('/', StringComparison.Ordinal))
            .Where(file => !File.ReadAllText(Path.Combine(root, file)).Contains($"namespace {project}.{Path.GetDirectoryName(file)!.Replace('/', '.')}", StringComparison.Ordinal));
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_library_knows_neither_http_nor_settings()
    {
        var root = Path.Combine(MnistLocation.Root, "src", "MnistService.Model");
        string[] foreign = ["AspNetCore", "StatusCodes", "ProblemDetails", "MnistService:", "HTTP 4", "HTTP 5"];
        var found = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Where(line => foreign.Any(word => line.Contains(word, StringComparison.Ordinal))).Select(line => $"{file}: {line.Trim()}"));
        Assert.Empty(found);
    }

    private static void CheckOrder(System.Reflection.Assembly assembly, string root, string[][] layers)
    {
        var rank = layers.SelectMany((folders, index) => folders.Select(folder => (folder, index))).ToDictionary(pair => pair.folder, pair => pair.index);
        var architecture = new ArchLoader().LoadAssemblies(assembly).Build();
        var upward = new SortedSet<string>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in architecture.Types)
        {
            if (FolderOf(type.FullName) is not { } from) continue;
            folders.Add(from);
            foreach (var target in type.Dependencies.Select(dependency => dependency.Target.FullName))
            {
                if (FolderOf(target) is { } to && to != from && rank[to] <= rank[from]) upward.Add($"{from} uses {to}: {type.FullName} uses {target}");
            }
        }
        Assert.Equal(rank.Keys.Order(), folders.Order());
        Assert.True(upward.Count == 0, string.Join('\n', upward));

        string? FolderOf(string name)
        {
            if (!name.StartsWith(root + ".", StringComparison.Ordinal)) return null;
            var rest = name[(root.Length + 1)..];
            var folder = rest.Split('.', '/', '+', '`')[0];
            return rank.ContainsKey(folder) || rest.Contains('.', StringComparison.Ordinal) && assembly.GetName().Name == root && folder != "Model" ? folder : null;
        }
    }
}
