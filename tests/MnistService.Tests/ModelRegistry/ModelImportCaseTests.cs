using System.Globalization;
using System.Net;
using MnistService.TestSupport;

namespace MnistService.Tests.ModelRegistry;

/// <summary>
/// Weights files that people import: networks that were trained with other preprocessing, in other types, wrapped or nested, and files of other formats.
/// <c>cases.csv</c> has the expected accuracy on MNIST's test images, or states that the file is accepted or refused.
/// </summary>
public sealed class ModelImportCaseTests : IAsyncLifetime
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn().WithMnist();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Each_file_that_people_import_keeps_its_accuracy_or_is_named()
    {
        var cases = File.ReadLines(CasesLocation.Require("cases.csv")).Select(line => line.Split(',')).Where(columns => columns[1] == "model import").ToList();
        Assert.NotEmpty(cases);
        using var client = _application.Start();
        foreach (var (file, expected) in cases.Select(columns => (columns[0], columns[2])))
        {
            var bytes = await File.ReadAllBytesAsync(CasesLocation.Require(file), TestHttp.Cancellation);
            using var answer = await client.PostAsync("/models", TestHttp.Form((file, bytes)), TestHttp.Cancellation);
            if (expected == "error that names the format")
            {
                var problem = await answer.ProblemAsync(422, "model_file_invalid");
                Assert.Contains(NameOf(file), (string?)problem["detail"], StringComparison.Ordinal);
                continue;
            }
            var card = await answer.JsonAsync(HttpStatusCode.Created);
            Assert.Equal(10, card["import"]!["tried"]!.AsArray().Count);
            Assert.Null(card["import"]!["warning"]);
            var accuracy = (double)card["test"]!["accuracy"]!;
            if (expected.Split(' ')[0] is var number && double.TryParse(number, CultureInfo.InvariantCulture, out var stated))
                Assert.True(Math.Abs(accuracy - stated) <= 0.001, $"{file}: {accuracy} of the test images, stated {stated}");
            else
                Assert.True(accuracy > 0.95, $"{file}: {accuracy} of the test images");
        }
    }

    private static string NameOf(string file) => file switch
    {
        "onnx-uploaded.onnx" => "an ONNX model",
        "lfs-pointer.pth" => "a Git LFS pointer",
        _ => "an HTML or XML page",
    };
}
