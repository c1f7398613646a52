using System.Reflection;
using System.Text.RegularExpressions;
using MnistService.Http;
using MnistService.Tests.Faults;

namespace MnistService.Tests.OpenApi;

/// <summary>Each kind of error in the OpenAPI document is produced by a request, and the documented example has the form of the real response.</summary>
public sealed partial class ProblemCatalogTests(ProblemServices services) : IClassFixture<ProblemServices>
{
    /// <summary>Errors that need a disk without space or write access, and the tests that produce them. Their details have no values.</summary>
    private static readonly Dictionary<string, string> ProducedElsewhere = new()
    {
        ["DatabaseProblems.StorageFailed"] = nameof(DiskTests.A_full_disk_fails_a_job_and_an_upload_with_its_reason_and_serving_goes_on),
        ["ModelProblems.NotDeleted"] = nameof(DiskTests.A_model_store_that_is_read_only_serves_and_says_507_to_what_would_change_it),
        ["ModelProblems.NotRenamed"] = nameof(DiskTests.A_model_store_that_is_read_only_serves_and_says_507_to_what_would_change_it),
        ["ModelProblems.NotStored"] = nameof(DiskTests.A_model_store_that_is_read_only_serves_and_says_507_to_what_would_change_it),
    };

    private static readonly Dictionary<string, Scenario> Scenarios = RequestScenarios.All.Concat(ImageScenarios.All).Concat(StoreScenarios.All).Concat(ModelScenarios.All).Concat(BusyScenarios.All)
        .ToDictionary(StringComparer.Ordinal);

    private static readonly Dictionary<string, ProblemType> Types = (
        from owner in typeof(ProblemType).Assembly.GetTypes()
        from field in owner.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where field.FieldType == typeof(ProblemType)
        select (Name: $"{owner.Name}.{field.Name}", Type: (ProblemType)field.GetValue(null)!)).ToDictionary(entry => entry.Name, entry => entry.Type);

    public static TheoryData<string> Names => [.. Types.Keys.Except(ProducedElsewhere.Keys).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_kind_of_error_has_a_scenario_and_no_scenario_is_left_over() =>
        Assert.Equal(Types.Keys.Order(StringComparer.Ordinal), Scenarios.Keys.Concat(ProducedElsewhere.Keys).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_response_has_the_form_of_the_documented_example(string name)
    {
        var type = Types[name];
        using var response = await Scenarios[name](services);
        var problem = await response.ProblemAsync(type.Status, type.Code);
        Assert.Equal(type.Title, (string?)problem["title"]);
        Assert.Equal(FormOf(type.Example.Detail), FormOf((string)problem["detail"]!));
    }

    [Theory]
    [InlineData("The key 'kiosk' sends more than 1000 requests.", "The key 'a' sends more than 7 requests.")]
    [InlineData("complete within 00:30:00", "complete within 00:00:00.0010000")]
    [InlineData("under request 0HNH8M4PQ5R2T:00000001.", "under request 0HNHAAAAAAAAA:0000000B.")]
    [InlineData("the bytes 89504E470D0A1A0A", "the bytes 255044462d312e37")]
    [InlineData("4000×10; 99.0 % instead of 99.7 %", "1×1; 1.5 % instead of 99 %")]
    public void Values_do_not_belong_to_the_form(string first, string second) => Assert.Equal(FormOf(first), FormOf(second));

    [Theory]
    [InlineData("The index is 1.", "The index is missing.")]
    [InlineData("There are 2 of 3.", "There are 2.")]
    [InlineData("The key 'a' is unknown.", "The key is unknown.")]
    [InlineData("MNIST's files are in 'a'.", "MNIST's images are in 'a'.")]
    public void Words_belong_to_the_form(string first, string second) => Assert.NotEqual(FormOf(first), FormOf(second));

    /// <summary>Replaces quoted texts, request ids, bytes in hexadecimal and numbers by placeholders.</summary>
    private static string FormOf(string detail) => Number().Replace(Hexadecimal().Replace(RequestId().Replace(Quoted().Replace(detail, "'…'"), "X"), "X"), "N");

    // An apostrophe within a word, as in MNIST's, does not begin a quotation.
    [GeneratedRegex("(?<!\\w)'[^']*'(?!\\w)|\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b[0-9A-Z]{13}:[0-9A-F]{8}\b")]
    private static partial Regex RequestId();

    [GeneratedRegex(@"\b[0-9A-Fa-f]{16,}\b")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
