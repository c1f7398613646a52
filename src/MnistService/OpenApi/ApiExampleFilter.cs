using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using MnistService.Http;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MnistService.OpenApi;

/// <summary>Copies the examples in a route's metadata (<see cref="ApiExamples"/>) into the operation of the route in the OpenAPI document.</summary>
internal sealed class ApiExampleFilter : IOperationFilter
{
    private const string Form = "multipart/form-data";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<ObsoleteAttribute>().Any()) operation.Deprecated = true;
        AddBodies(operation, [.. metadata.OfType<BodyExample>()]);
        foreach (var answer in metadata.OfType<AnswerExample>()) AddAnswer(operation, answer);
        foreach (var values in metadata.OfType<QueryValues>()) SetValues(operation, values);
        foreach (var problems in metadata.OfType<Problem>().GroupBy(problem => problem.Type.Status)) AddProblems(operation, problems.Key, [.. problems]);
    }

    private static void AddBodies(OpenApiOperation operation, BodyExample[] bodies)
    {
        if (bodies.Length == 0) return;
        var content = operation.RequestBody?.Content ?? new Dictionary<string, IOpenApiMediaType>();
        foreach (var files in bodies.Where(b => b.Json is null))
            content[files.ContentType] = new OpenApiMediaType { Schema = files.ContentType == Form ? FormWithFile() : File() };
        foreach (var json in bodies.Where(b => b.Json is not null).GroupBy(b => b.ContentType))
        {
            if (!content.TryGetValue(json.Key, out var media)) content[json.Key] = media = new OpenApiMediaType();
            ((OpenApiMediaType)media).Examples = json.ToDictionary(
                b => b.Name, b => (IOpenApiExample)new OpenApiExample { Summary = b.Name, Value = JsonNode.Parse(b.Json!) });
        }
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
    }

    private static void AddAnswer(OpenApiOperation operation, AnswerExample answer)
    {
        var media = MediaOf(operation, answer.Status, answer.ContentType);
        if (answer.Text is null)
        {
            media.Schema = File();
            return;
        }
        media.Example = answer.ContentType.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(answer.Text) : JsonValue.Create(answer.Text);
        media.Schema ??= new OpenApiSchema { Type = JsonSchemaType.String };
    }

    private static void SetValues(OpenApiOperation operation, QueryValues values)
    {
        if (operation.Parameters?.FirstOrDefault(p => p.Name == values.Name) is not OpenApiParameter parameter) return;
        parameter.Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. values.Values.Select(value => (JsonNode)JsonValue.Create(value))],
            Default = values.Default is null ? null : JsonValue.Create(values.Default),
        };
    }

    private static void AddProblems(OpenApiOperation operation, int status, Problem[] problems)
    {
        var media = MediaOf(operation, status, "application/problem+json");
        media.Examples = new Dictionary<string, IOpenApiExample>();
        foreach (var ofCode in problems.GroupBy(problem => problem.Type.Code))
        {
            foreach (var (number, problem) in ofCode.Index())
            {
                var value = new JsonObject { ["title"] = problem.Type.Title, ["status"] = status, ["detail"] = problem.Detail, ["code"] = problem.Type.Code };
                if (problem.MoreMembers is { } more)
                    foreach (var (name, member) in JsonNode.Parse(more)!.AsObject()) value[name] = member!.DeepClone();
                media.Examples[number == 0 ? ofCode.Key : $"{ofCode.Key} ({number + 1})"] = new OpenApiExample { Summary = problem.Type.Title, Value = value };
            }
        }
        operation.Responses![Key(status)] = new OpenApiResponse
        {
            Description = string.Join("; ", problems.Select(problem => problem.Type.Title).Distinct()),
            Content = operation.Responses[Key(status)].Content,
        };
    }

    private static OpenApiMediaType MediaOf(OpenApiOperation operation, int status, string contentType)
    {
        operation.Responses ??= [];
        if (!operation.Responses.TryGetValue(Key(status), out var found) || found is not OpenApiResponse response)
            operation.Responses[Key(status)] = response = new OpenApiResponse { Description = ReasonPhrases.GetReasonPhrase(status) };
        response.Content ??= new Dictionary<string, IOpenApiMediaType>();
        if (!response.Content.TryGetValue(contentType, out var media) || media is not OpenApiMediaType type)
            response.Content[contentType] = type = new OpenApiMediaType();
        return type;
    }

    private static OpenApiSchema File() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiSchema FormWithFile() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "file" },
        Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = File() },
    };

    private static string Key(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
