using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace MnistService.Startup;

/// <summary>
/// Validates one setting. The error contains the full name of the setting as in the configuration, the value found (for a list, the number of entries) and the
/// values expected. The messages of .NET's own attributes do not contain the value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class SettingAttribute : ValidationAttribute
{
    /// <summary>The expected values of the setting, such as <c>1 to 100</c>, for the error message.</summary>
    protected abstract string Expected { get; }

    /// <inheritdoc/>
    public abstract override bool IsValid(object? value);

    // The display name separates properties with dots, for example "MnistService:Storage.Models.MaxCount"; settings have colons.
    protected sealed override ValidationResult? IsValid(object? value, ValidationContext validationContext) => IsValid(value)
        ? ValidationResult.Success
        : new($"{validationContext.DisplayName.Replace('.', ':')} {(value is Array list ? $"has {list.Length} entries" : $"is '{value}'")}; expected {Expected}.");
}

/// <summary>Requires a number or a duration to be within a range, including both limits.</summary>
internal sealed class SettingRangeAttribute : SettingAttribute
{
    private readonly string _range;
    private readonly Func<object, bool> _contains;

    /// <param name="least">Smallest valid number.</param>
    /// <param name="most">Largest valid number; <see cref="long.MaxValue"/> for no upper limit.</param>
    public SettingRangeAttribute(long least, long most)
    {
        _range = most == long.MaxValue ? $"at least {least}" : $"{least} to {most}";
        _contains = value => Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number && number >= least && number <= most;
    }

    /// <param name="least">Shortest valid duration in the format of the settings, for example <c>00:00:01</c>.</param>
    /// <param name="most">Longest valid duration, in the same format.</param>
    public SettingRangeAttribute(string least, string most)
    {
        _range = $"{least} to {most}";
        var (shortest, longest) = (TimeSpan.Parse(least, CultureInfo.InvariantCulture), TimeSpan.Parse(most, CultureInfo.InvariantCulture));
        _contains = value => (TimeSpan)value >= shortest && (TimeSpan)value <= longest;
    }

    /// <summary>Text that follows the range in the error message, for example the unit or the meaning of a special value.</summary>
    public string Note { get; set; } = "";

    protected override string Expected => Note.Length > 0 ? $"{_range} {Note}" : _range;

    public override bool IsValid(object? value) => value is not null && _contains(value);
}

/// <summary>Requires a defined value of an enumeration, because the configuration binder also accepts undefined numbers.</summary>
internal sealed class SettingChoiceAttribute(string expected) : SettingAttribute
{
    protected override string Expected => expected;

    public override bool IsValid(object? value) => value is Enum choice && Enum.IsDefined(choice.GetType(), choice);
}

/// <summary>Requires a list in the settings to have at most <paramref name="most"/> entries.</summary>
internal sealed class SettingCountAttribute(int most) : SettingAttribute
{
    protected override string Expected => $"at most {most}";

    public override bool IsValid(object? value) => value is Array list && list.Length <= most;
}
