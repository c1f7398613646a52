using System.Text.Json.Serialization;
using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>The hyperparameters of <c>POST /train</c>: their recommended values and their definitions, from which a client can build a form.</summary>
/// <param name="Settings">The recommended values of the hyperparameters, which <c>POST /train</c> uses for omitted fields.</param>
/// <param name="Bounds">Allowed range of each numeric field, by JSON field name.</param>
/// <param name="Fields">Definition of each hyperparameter.</param>
internal sealed record RecipeResponse(
    Hyperparameters Settings, IReadOnlyDictionary<string, RecipeResponse.Bound> Bounds, IReadOnlyList<RecipeResponse.Field> Fields)
{
    internal static RecipeResponse Value { get; } = new(
        new(),
        HyperparameterDefinition.All.Where(each => each.HasRange).ToDictionary(each => each.Name, each => new Bound(each.Least, each.Most, each.LeastExcluded)),
        [.. HyperparameterDefinition.All.Select(Field.Of)]);

    /// <summary>Allowed range of a numeric hyperparameter.</summary>
    /// <param name="Least">Lower bound, inclusive unless <paramref name="LeastExcluded"/> is true.</param>
    /// <param name="Most">Upper bound, inclusive.</param>
    /// <param name="LeastExcluded">Whether the lower bound itself is excluded.</param>
    internal sealed record Bound(double Least, double Most, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool LeastExcluded = false);

    /// <summary>Definition of one hyperparameter, from which a client can build a form field.</summary>
    /// <param name="Name">Name of the JSON field; a dot separates the names of nested fields.</param>
    /// <param name="Title">Short name for forms.</param>
    /// <param name="Type"><c>integer</c>, <c>number</c> or <c>string</c>.</param>
    /// <param name="Unit">Unit of the value; <c>null</c> for a value without a unit.</param>
    /// <param name="Description">One or more sentences; field names are between backquotes.</param>
    /// <param name="Choices">Allowed values of a string field; <c>null</c> for a number.</param>
    internal sealed record Field(string Name, string Title, string Type, string? Unit, string Description, IReadOnlyList<string>? Choices)
    {
        internal static Field Of(HyperparameterDefinition one) =>
            new(one.Name, one.Title, one.JsonType, one.Unit, one.Description, one.Type.IsEnum ? one.Choices : null);
    }
}
