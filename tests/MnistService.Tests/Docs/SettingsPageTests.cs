using System.Reflection;
using System.Text.RegularExpressions;
using MnistService.Startup;
using MnistService.TestSupport;

namespace MnistService.Tests.Docs;

/// <summary>Compares the tables of <c>src/docs/settings.md</c> with the properties of the options classes.</summary>
public sealed partial class SettingsPageTests
{
    private const string Root = "MnistService:";

    // Read from the configuration directly, without an options class.
    private static readonly string[] WithoutClass = ["MnistService:Logging:Format"];

    [Fact]
    public void Every_setting_has_a_row_on_the_settings_page() =>
        Assert.Equal([.. OptionNames().Concat(WithoutClass).Order(StringComparer.Ordinal)], PageNames().Order(StringComparer.Ordinal));

    private static IEnumerable<string> OptionNames() => typeof(DataOptions).Assembly.GetTypes()
        .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetRawConstantValue() as string))
        .Where(options => options.Section is not null)
        .SelectMany(options => NamesOf(options.Type, options.Section!));

    private static IEnumerable<string> NamesOf(Type type, string section) => type.GetProperties()
        .SelectMany(property => property.PropertyType.Assembly == type.Assembly && property.PropertyType.IsClass
            ? NamesOf(property.PropertyType, $"{section}:{property.Name}")
            : [$"{section}:{property.Name}"]);

    /// <summary>The names in the first column. A name without a section has the section of the first name in its row.</summary>
    private static IEnumerable<string> PageNames()
    {
        foreach (var line in File.ReadLines(Path.Combine(MnistLocation.Root, "src", "docs", "settings.md")))
        {
            if (!line.StartsWith($"| `{Root}", StringComparison.Ordinal)) continue;
            var names = Code().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value).ToArray();
            var section = names[0][..(names[0].LastIndexOf(':') + 1)];
            foreach (var name in names) yield return name.StartsWith(Root, StringComparison.Ordinal) ? name : section + name;
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
