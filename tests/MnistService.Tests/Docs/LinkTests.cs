using System.Text.RegularExpressions;
using MnistService.TestSupport;

namespace MnistService.Tests.Docs;

/// <summary>Checks the relative links of the documentation: the file exists, and a heading matches the fragment.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages() =>
    [
        "README.md", "deploy/README.md", "src/ARCHITECTURE.md", "tests/MnistService.Tests/BadInputs/TABLE.md",
        .. new[] { "src/docs", "src/decisions" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(MnistLocation.Root, folder), "*.md"))
            .Select(file => Path.GetRelativePath(MnistLocation.Root, file)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Relative_links_lead_to_a_file_and_a_heading(string page)
    {
        var file = Path.Combine(MnistLocation.Root, page);
        Assert.DoesNotContain(RelativeLinksOf(file), link => !Exists(file, link));
    }

    [Fact]
    public void The_README_has_links_that_are_checked() => Assert.True(RelativeLinksOf(Path.Combine(MnistLocation.Root, "README.md")).Count() >= 10);

    private static IEnumerable<string> RelativeLinksOf(string file) =>
        Link().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal));

    private static bool Exists(string from, string link)
    {
        var (path, fragment) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var target = path == "" ? from : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from)!, path));
        return fragment is null ? Path.Exists(target) : File.Exists(target) && File.ReadLines(target).Any(line => line.StartsWith('#') && Anchor(line) == fragment);
    }

    /// <summary>The anchor that GitHub generates for a heading.</summary>
    private static string Anchor(string heading) => string.Concat(heading.TrimStart('#').Trim()
        .Select(c => c == ' ' ? '-' : char.ToLowerInvariant(c)).Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
