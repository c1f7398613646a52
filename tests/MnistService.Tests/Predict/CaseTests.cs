using MnistService.TestSupport;

namespace MnistService.Tests.Predict;

/// <summary>
/// Images that people sent and that an earlier version misread or refused. <c>cases.csv</c> has a kind and the expected answer for each file: a digit,
/// several digits, or none.
/// </summary>
public sealed class CaseTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private const string Damaged = "error that names the cause";

    private static readonly string[] Kinds =
    [
        "EXIF in PNG", "encoded body", "mangled upload", "other format", "large photo", "frame", "screenshot", "scan edge", "tight crop", "box", "circle", "comb field",
        "underline", "neighboring cell", "ruled or squared paper", "several digits", "not a digit", "flagged 1",
    ];

    /// <summary>File and expected answer.</summary>
    public static TheoryData<string, string> Cases()
    {
        var list = CasesLocation.Directory is { } folder ? Path.Combine(folder, "cases.csv") : null;
        var cases = new TheoryData<string, string>();
        if (!File.Exists(list)) cases.Add("cases.csv", ""); // skipped with the reason
        foreach (var columns in File.Exists(list) ? File.ReadLines(list).Select(line => line.Split(',')) : [])
            if (Kinds.Contains(columns[1])) cases.Add(columns[0], columns[2]);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_image_that_people_sent(string file, string expected)
    {
        var bytes = await File.ReadAllBytesAsync(CasesLocation.Require(file), TestHttp.Cancellation);
        using var client = application.Start();
        using var answer = await client.PostAsync("/predict", TestHttp.Body(bytes, TypeOf(file)), TestHttp.Cancellation);
        if (expected == Damaged)
        {
            var problem = await answer.ProblemAsync(400, "picture_unreadable");
            Assert.Contains("before it was sent", (string?)problem["detail"], StringComparison.Ordinal);
            return;
        }
        if (expected.Length == 2)
        {
            Assert.Equal(expected, (string?)(await answer.ProblemAsync(422, "several_digits"))["text"]);
            using var all = await client.PostAsync("/read", TestHttp.Body(bytes, TypeOf(file)), TestHttp.Cancellation);
            Assert.Equal(expected, (string?)(await all.JsonAsync())["text"]);
            return;
        }
        var prediction = await answer.JsonAsync();
        if (expected == "none") Assert.False((bool)prediction["isDigit"]!);
        else Assert.Equal(expected, $"{prediction["digit"]}");
    }

    private static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".txt" => "text/plain",
        ".json" => "application/json",
        ".jpg" => "image/jpeg",
        var extension => $"image/{extension[1..]}",
    };
}
