using System.Text.Json.Nodes;
using MnistService.Drawings;

namespace MnistService.Tests.OpenApi;

/// <summary>The document that Swagger UI shows: nothing in it is left to be guessed.</summary>
public sealed class OpenApiTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private async Task<JsonNode> DocumentAsync() => await application.Start().GetJsonAsync("/swagger/v1/swagger.json");

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "post" or "put" or "delete"
        select ($"{operation.Key} {path.Key}", operation.Value);

    /// <summary>A change of the interface shows in the file's difference. UPDATE_OPENAPI=1 writes the file.</summary>
    [Fact]
    public async Task The_committed_document_is_the_served_one()
    {
        var served = (await application.Start().GetStringAsync("/swagger/v1/swagger.json", TestHttp.Cancellation)).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable(ApiDocument.Update) == "1") await File.WriteAllTextAsync(ApiDocument.FilePath, served, TestHttp.Cancellation);
        Assert.Equal(await File.ReadAllTextAsync(ApiDocument.FilePath, TestHttp.Cancellation), served);
    }

    [Fact]
    public async Task Every_operation_has_an_id_of_its_own()
    {
        var ids = Operations(await DocumentAsync()).Select(operation => (Id: (string?)operation.Operation["operationId"], operation.Name)).ToList();
        Assert.All(ids, each => Assert.Matches("^[a-z][A-Za-z]+$", each.Id));
        Assert.Equal(ids.Count, ids.Select(each => each.Id).Distinct().Count());
    }

    [Fact]
    public async Task Every_route_is_there_with_tag_summary_and_description()
    {
        var document = await DocumentAsync();
        foreach (var (name, operation) in Operations(document))
        {
            Assert.True(operation["tags"]?.AsArray().Count == 1, name);
            Assert.True(operation["summary"]?.ToString().Length > 5, name);
            Assert.True(operation["description"]?.ToString().Length > 5, name);
        }
        var names = Operations(document).Select(operation => operation.Name).ToList();
        foreach (var route in new[] { "post /predict", "post /submissions", "get /submissions/{id}/submission.csv", "post /train", "post /train/{id}/cancel", "post /datasets", "delete /datasets/{id}", "post /models/{id}/promote", "get /health/ready" })
            Assert.Contains(route, names);
        Assert.Equal(["Predict", "Submissions", "Train", "Datasets", "Models", "Operations"], document["tags"]!.AsArray().Select(tag => (string?)tag!["name"]));
    }

    [Fact]
    public async Task Every_body_is_a_file_to_pick_or_has_an_example()
    {
        var bodies = 0;
        foreach (var (name, operation) in Operations(await DocumentAsync()))
        {
            foreach (var (type, media) in operation["requestBody"]?["content"]?.AsObject() ?? [])
            {
                bodies++;
                var file = media!["schema"]?["format"] ?? media["schema"]?["properties"]?["file"]?["format"];
                Assert.True((string?)file == "binary" || media["examples"] is JsonObject { Count: > 0 }, $"{name} {type}");
            }
        }
        Assert.True(bodies >= 6, $"{bodies} bodies");
    }

    [Fact]
    public async Task Every_answer_has_an_example_and_every_error_a_code()
    {
        foreach (var (name, operation) in Operations(await DocumentAsync()))
        {
            foreach (var (status, answer) in operation["responses"]!.AsObject())
            {
                if (status == "204") continue;
                var content = answer!["content"]!.AsObject();
                if (status[0] == '2' || name == "get /health/ready")
                {
                    Assert.All(content, media => Assert.True(
                        media.Value!["example"] is not null || (string?)media.Value["schema"]?["format"] == "binary" || media.Value["schema"]?["$ref"] is not null, $"{name} {status}"));
                    continue;
                }
                var examples = content["application/problem+json"]?["examples"] as JsonObject;
                Assert.True(examples is { Count: > 0 }, $"{name} {status}");
                foreach (var (code, example) in examples)
                {
                    Assert.Equal(code.Split(' ')[0], (string?)example!["value"]!["code"]); // "code (2)" is the second example of a code
                    Assert.Equal(status, example["value"]!["status"]!.ToString());
                }
            }
        }
    }

    [Fact]
    public async Task The_example_of_several_digits_has_the_members_of_the_response()
    {
        var problem = await (await application.Start().PostAsync("/predict", TestHttp.Body(PlainImages.Draw("42")), TestHttp.Cancellation)).ProblemAsync(422, "several_digits");
        var example = (await DocumentAsync())["paths"]!["/predict"]!["post"]!["responses"]!["422"]!["content"]!["application/problem+json"]!["examples"]!["several_digits"]!["value"]!;
        Assert.Equal(NamesIn(problem).Except(["type", "traceId"]), NamesIn(example));
        Assert.Equal(NamesIn(problem["digits"]![0]!), NamesIn(example["digits"]![0]!));

        static IEnumerable<string> NamesIn(JsonNode json) => json.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        var schemas = document["components"]!["schemas"]!.AsObject();
        var references = document.ToJsonString().Split("\"#/components/schemas/").Skip(1).Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)]).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(schemas.ContainsKey(name), name));
    }

    [Theory]
    [InlineData("post /predict", "invert", "auto always never")]
    [InlineData("post /predict", "normalize", "auto always never")]
    [InlineData("get /train", "state", "queued running succeeded failed cancelled interrupted")]
    public async Task A_parameter_of_few_values_names_them(string operation, string parameter, string values)
    {
        var found = Operations(await DocumentAsync()).Single(o => o.Name == operation).Operation["parameters"]!.AsArray().Single(p => (string?)p!["name"] == parameter);
        Assert.Equal(values.Split(' '), found!["schema"]!["enum"]!.AsArray().Select(value => (string)value!));
    }
}
