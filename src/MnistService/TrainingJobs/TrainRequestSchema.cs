using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using MnistService.Datasets;
using MnistService.Model.Training;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MnistService.TrainingJobs;

/// <summary>
/// Adds the hyperparameters to the OpenAPI schema of <see cref="TrainRequest"/>. Adds their descriptions to the schemas of <see cref="Hyperparameters"/> and
/// <see cref="AugmentationSettings"/>. Documents that a data set is an object with an id, or a string that contains only the id.
/// </summary>
internal sealed class TrainRequestSchema : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } properties } target) return;
        if (context.Type == typeof(DataSelection)) BecomeOneOf(target, properties["parts"]);
        if (context.Type == typeof(RequestedData)) BecomeOneOf(target, ObjectOf(properties));
        if (context.Type == typeof(TrainRequest))
        {
            var augmentation = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Random augmentation; generator mode only. All fields except `until` are bounds: for each image, the service draws " +
                    "a random value of the field, uniformly between minus and plus the bound.",
                Properties = new Dictionary<string, IOpenApiSchema>(),
                AdditionalPropertiesAllowed = false,
            };
            foreach (var one in HyperparameterDefinition.All) (one.IsAugmentation ? augmentation.Properties : properties)[one.FieldName] = SchemaOf(one);
            properties[HyperparameterDefinition.Augmentation] = augmentation;
            if (properties["data"] is OpenApiSchema list)
                properties["data"] = new OpenApiSchema { Description = list.Description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.String }, WithoutDescription(list)] };
            target.AdditionalPropertiesAllowed = false;
        }
        else if (context.Type == typeof(Hyperparameters) || context.Type == typeof(AugmentationSettings))
        {
            foreach (var one in HyperparameterDefinition.All.Where(one => one.IsAugmentation == (context.Type == typeof(AugmentationSettings))))
                if (properties.TryGetValue(one.FieldName, out var property) && property is OpenApiSchema known) known.Description = DescriptionOf(one);
        }
    }

    /// <summary>Replaces the content of a schema with <c>oneOf</c>: a string (the id of a data set), or <paramref name="alternative"/>.</summary>
    private static void BecomeOneOf(OpenApiSchema schema, IOpenApiSchema alternative)
    {
        (schema.Type, schema.Properties, schema.Required, schema.AdditionalPropertiesAllowed) = (null, null, null, true);
        schema.OneOf = [new OpenApiSchema { Type = JsonSchemaType.String }, alternative];
    }

    private static OpenApiSchema ObjectOf(IDictionary<string, IOpenApiSchema> properties) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = properties.ToDictionary(),
        Required = new HashSet<string> { "id" },
        AdditionalPropertiesAllowed = false,
    };

    private static OpenApiSchema WithoutDescription(OpenApiSchema list) => new() { Type = JsonSchemaType.Array, Items = list.Items, MaxItems = DataSelection.Most };

    private static string DescriptionOf(HyperparameterDefinition one) => one.Unit is null ? one.Description : $"{one.Description} Unit: {one.Unit}.";

    private static OpenApiSchema SchemaOf(HyperparameterDefinition one)
    {
        var schema = new OpenApiSchema
        {
            Type = Enum.Parse<JsonSchemaType>(one.JsonType, ignoreCase: true),
            Format = one.Type == typeof(int) ? "int32" : one.Type == typeof(long) ? "int64" : one.Type == typeof(double) ? "double" : null,
            Description = DescriptionOf(one),
        };
        if (one.Type.IsEnum) schema.Enum = [.. one.Choices.Select(choice => (JsonNode)JsonValue.Create(choice))];
        if (one.HasRange)
        {
            var least = one.Least.ToString(CultureInfo.InvariantCulture);
            if (one.LeastExcluded) schema.ExclusiveMinimum = least;
            else schema.Minimum = least;
            schema.Maximum = one.Most.ToString(CultureInfo.InvariantCulture);
        }
        schema.Default = one.Default switch
        {
            null => null,
            Enum choice => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(choice.ToString())),
            var number => JsonNode.Parse(Convert.ToString(number, CultureInfo.InvariantCulture)!),
        };
        return schema;
    }
}
