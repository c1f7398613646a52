using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace MnistService.Model.Training;

/// <summary>
/// Declares a property of <see cref="Hyperparameters"/> or <see cref="AugmentationSettings"/> as a hyperparameter. The hyperparameter has the name and the type
/// of the property; its default is the initial value of the property.
/// </summary>
/// <param name="title">Short name for forms, such as "Batch size".</param>
/// <param name="description">One or more sentences for forms and the OpenAPI document; field names are between backquotes.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HyperparameterAttribute(string title, string description) : Attribute
{
    public string Title => title;

    public string Description => description;

    public string? Unit { get; init; }

    /// <summary>
    /// Lower bound of a numeric hyperparameter, inclusive unless <see cref="LeastExcluded"/> is <c>true</c>; −∞ if the hyperparameter has no range.
    /// </summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>Upper bound of a numeric hyperparameter, inclusive; +∞ if the hyperparameter has no range.</summary>
    public double Most { get; init; } = double.PositiveInfinity;

    /// <summary>Whether a value must be greater than <see cref="Least"/>; if <c>false</c>, the value may also equal <see cref="Least"/>.</summary>
    public bool LeastExcluded { get; init; }
}

/// <summary>A hyperparameter of a training request, read from a property with <see cref="HyperparameterAttribute"/>.</summary>
public sealed class HyperparameterDefinition
{
    private static readonly Hyperparameters Recommended = new();

    private readonly PropertyInfo _property;
    private readonly HyperparameterAttribute _definition;

    private HyperparameterDefinition(PropertyInfo property, HyperparameterAttribute definition, bool isAugmentation)
    {
        (_property, _definition, IsAugmentation) = (property, definition, isAugmentation);
        FieldName = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Name = isAugmentation ? $"{Augmentation}.{FieldName}" : FieldName;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (double.IsFinite(Least) != double.IsFinite(Most)) throw new InvalidOperationException($"The hyperparameter {property.Name} has only one bound; expected both Least and Most, or neither.");
    }

    /// <summary>Name of the JSON object that contains the fields of <see cref="AugmentationSettings"/>.</summary>
    public const string Augmentation = "augmentation";

    /// <summary>All hyperparameters, in the order of their declaration.</summary>
    public static IReadOnlyList<HyperparameterDefinition> All { get; } =
        [.. Of(typeof(Hyperparameters), isAugmentation: false), .. Of(typeof(AugmentationSettings), isAugmentation: true)];

    /// <summary>Whether the JSON field is in the object <c>augmentation</c>; if <c>false</c>, the field is at the top level of the training request.</summary>
    public bool IsAugmentation { get; }

    /// <summary>Name of the JSON field without the name of the object that contains it, such as <c>batchSize</c> or <c>rotation</c>.</summary>
    public string FieldName { get; }

    /// <summary>Full name of the JSON field, such as <c>batchSize</c> or <c>augmentation.rotation</c>.</summary>
    public string Name { get; }

    /// <summary>.NET type of the value: <see cref="int"/>, <see cref="long"/>, <see cref="double"/> or an enumeration.</summary>
    public Type Type { get; }

    /// <summary>Type of the JSON value: <c>string</c> for an enumeration, <c>number</c> or <c>integer</c>.</summary>
    public string JsonType => Type.IsEnum ? "string" : Type == typeof(double) ? "number" : "integer";

    public string Title => _definition.Title;

    public string Description => _definition.Description;

    public string? Unit => _definition.Unit;

    /// <summary>Recommended value, which is used if the field is omitted; <c>null</c> if the hyperparameter has no default.</summary>
    public object? Default => _property.GetValue(IsAugmentation ? Recommended.Augmentation : Recommended);

    /// <summary>Whether the hyperparameter is a number with a range.</summary>
    public bool HasRange => double.IsFinite(_definition.Least);

    public double Least => _definition.Least;

    public double Most => _definition.Most;

    public bool LeastExcluded => _definition.LeastExcluded;

    /// <summary>Valid values of an enumeration, in camel case as in the JSON field; empty for a numeric hyperparameter.</summary>
    public IReadOnlyList<string> Choices => Type.IsEnum ? [.. Enum.GetNames(Type).Select(JsonNamingPolicy.CamelCase.ConvertName)] : [];

    /// <summary>
    /// Sets this hyperparameter by reflection, which also works for an init-only property. Call this only while no other code uses the settings.
    /// </summary>
    /// <param name="settings">Settings whose <see cref="Hyperparameters.Augmentation"/> is not <c>null</c>.</param>
    /// <param name="value">A valid value of <see cref="Type"/>.</param>
    public void Set(Hyperparameters settings, object value) => _property.SetValue(IsAugmentation ? settings.Augmentation : settings, value);

    /// <param name="value">The number to check against the range of this hyperparameter.</param>
    /// <returns>
    /// <c>null</c> if the number is in range; otherwise a clause that follows the field name in a message, e.g. "is 0; expected at least 1 and at most 1000".
    /// </returns>
    public string? FindRangeError(object value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (number <= Most && (LeastExcluded ? number > Least : number >= Least)) return null; // NaN is outside every range
        return string.Create(CultureInfo.InvariantCulture, $"is {value}; expected {(LeastExcluded ? "above" : "at least")} {Least} and at most {Most}");
    }

    private static IEnumerable<HyperparameterDefinition> Of(Type settings, bool isAugmentation) =>
        from property in settings.GetProperties()
        let definition = property.GetCustomAttribute<HyperparameterAttribute>()
        where definition is not null
        orderby property.MetadataToken
        select new HyperparameterDefinition(property, definition, isAugmentation);
}
