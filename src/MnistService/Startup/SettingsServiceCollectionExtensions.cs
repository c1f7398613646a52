using Microsoft.Extensions.Options;

namespace MnistService.Startup;

internal static class SettingsServiceCollectionExtensions
{
    /// <summary>Binds options to a section of the configuration, and validates them before the service starts.</summary>
    /// <typeparam name="TOptions">The class of the options. Properties with a restricted range of values have a <see cref="SettingAttribute"/>.</typeparam>
    /// <typeparam name="TValidator">
    /// The class of the validator, which the source generator implements because of its <see cref="OptionsValidatorAttribute"/>.
    /// </typeparam>
    internal static OptionsBuilder<TOptions> AddSettings<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : IValidateOptions<TOptions>, new()
    {
        services.AddSingleton<IValidateOptions<TOptions>>(new SectionValidator<TOptions>(section, new TValidator()));
        return services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
    }

    /// <summary>
    /// Passes the configuration section to the generated validator as the name of the options. Validation errors then name a setting by its section, not by
    /// the class of the options.
    /// </summary>
    private sealed class SectionValidator<TOptions>(string section, IValidateOptions<TOptions> validator) : IValidateOptions<TOptions> where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) => validator.Validate(section, options);
    }
}
