using Microsoft.Extensions.Options;

namespace MnistService.Startup;

internal static class SettingsServiceCollectionExtensions
{
    /// <summary>Binds options to a section of the configuration, and validates them before the service starts.</summary>
    /// <typeparam name="TOptions">The options; their properties have a <see cref="SettingAttribute"/> where not every value is valid.</typeparam>
    /// <typeparam name="TValidator">A validator that the source generator of <see cref="OptionsValidatorAttribute"/> implements.</typeparam>
    internal static OptionsBuilder<TOptions> AddSettings<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : IValidateOptions<TOptions>, new()
    {
        services.AddSingleton<IValidateOptions<TOptions>>(new SectionValidator<TOptions>(section, new TValidator()));
        return services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
    }

    /// <summary>Passes the section as the name of the options, which the generated code uses as the beginning of each setting's name in errors.</summary>
    private sealed class SectionValidator<TOptions>(string section, IValidateOptions<TOptions> validator) : IValidateOptions<TOptions> where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) => validator.Validate(section, options);
    }
}
