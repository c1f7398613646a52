using System.Reflection;
using MnistService.TestSupport;

namespace MnistService.Tests.BadInputs;

/// <summary>Checks <c>TABLE.md</c>: each row names existing tests, or the reason why the case is not run.</summary>
public sealed class BadInputTableTests
{
    private const string NotRun = "not run: ";
    private const int ReasonLength = 20;
    private static readonly string Tests = Path.Combine(MnistLocation.Root, "tests");

    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(Tests, "MnistService.Tests", "BadInputs", "TABLE.md")))
        {
            if (line.Split('|', StringSplitOptions.TrimEntries) is ["", var input, var answer, var heldBy, ""] && heldBy is not "held by" && answer.Trim('-', ' ') != "")
                rows.Add(input, heldBy);
        }
        return rows;
    }

    [Fact]
    public void The_table_is_whole() => Assert.True(Rows().Count >= 56, $"{Rows().Count} rows.");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_is_held_by_tests_that_exist(string input, string heldBy)
    {
        Assert.NotEmpty(input);
        if (heldBy.StartsWith(NotRun, StringComparison.Ordinal) && heldBy.Length > NotRun.Length + ReasonLength) return;
        Assert.All(heldBy.Split("; ")[0].Split(", "), test => Assert.True(IsTest(test), $"There is no test '{test}'."));
    }

    private static bool IsTest(string name)
    {
        if (name.Split('.') is not [var type, var method]) return false;
        return typeof(BadInputTableTests).Assembly.GetTypes().Any(t => t.Name == type && t.GetMethod(method)?.GetCustomAttribute<FactAttribute>() is not null)
            || IsInTheOtherProject(type, method);
    }

    /// <summary>Searches the source text of the library's tests, because their assembly is not loaded here.</summary>
    private static bool IsInTheOtherProject(string type, string method) =>
        Directory.EnumerateFiles(Path.Combine(Tests, "MnistService.Model.Tests"), type + ".cs", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal));
}
