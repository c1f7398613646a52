using System.Globalization;
using System.Reflection;
using MnistService.Startup;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Settings.Configuration;

namespace MnistService.Operations;

/// <summary>Serilog to the console: readable lines, or compact JSON by <c>MnistService:Logging:Format=json</c>.</summary>
internal static class LoggingFeature
{
    private const int MostOfPath = 200; // characters

    private const string FormatSetting = "MnistService:Logging:Format";
    private const string Readable = "[{Timestamp:HH:mm:ss.fff} {Level:u3}] {Message:lj}{NewLine}{Exception}";

    /// <summary>What the section <c>Serilog</c> may name, said here: Serilog would read through the list of all packages for it at each start.</summary>
    private static Assembly[] Sinks => [typeof(ConsoleLoggerConfigurationExtensions).Assembly, typeof(FileLoggerConfigurationExtensions).Assembly];

    internal static void AddServiceLogging(this WebApplicationBuilder builder)
    {
        var format = builder.Configuration[FormatSetting] ?? "text";
        if (format is not ("text" or "json")) throw new SettingException($"{FormatSetting} is '{format}'; expected text or json.");
        builder.Services.AddSerilog((_, log) =>
        {
            log.MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
                // One line per refused connection would let a flood of connections fill the disk; mnist.connections.refused counts them.
                .MinimumLevel.Override("Microsoft.AspNetCore.Server.Kestrel.Connections", LogEventLevel.Error)
                // A start that fails is described by Program, in one line.
                .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
                .ReadFrom.Configuration(builder.Configuration, new ConfigurationReaderOptions(Sinks))
                .Enrich.FromLogContext();
            if (format == "json") log.WriteTo.Console(new RenderedCompactJsonFormatter());
            else log.WriteTo.Console(outputTemplate: Readable, formatProvider: CultureInfo.InvariantCulture);
        }, preserveStaticLogger: true);
    }

    /// <summary>One line a request, but none for a prediction, a health check or a scrape at the default level: they come by the thousand.</summary>
    internal static void UseServiceRequestLogging(this WebApplication app)
    {
        // What would be thrown away is not even prepared. That one of them failed is said by ProblemExceptionHandler.
        var everything = app.Logger.IsEnabled(LogLevel.Debug);
        app.UseWhen(http => everything || !IsFrequent(http.Request.Path), Log);
    }

    /// <summary>A path can have as many bytes as the request line.</summary>
    private static string Shorten(string path) => path.Length <= MostOfPath ? path : $"{path.AsSpan(0, MostOfPath)}…";

    private static bool IsFrequent(PathString path) =>
        path.Value is "/predict" or "/metrics" || path.StartsWithSegments("/health") || path.StartsWithSegments("/swagger");

    private static void Log(IApplicationBuilder app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.ApplicationServices.GetRequiredService<Serilog.ILogger>(); // else the static one, which writes nothing
        options.MessageTemplate = "{RequestMethod} {RequestPath} answered {StatusCode} in {Elapsed:0.0} ms";
        // The path as it was sent and not unescaped: a line break in it would begin a line of the client's making.
        options.GetMessageTemplateProperties = (http, _, elapsed, status) =>
        [
            new("RequestMethod", new ScalarValue(http.Request.Method)), new("RequestPath", new ScalarValue(Shorten(http.Request.Path.ToUriComponent()))),
            new("StatusCode", new ScalarValue(status)), new("Elapsed", new ScalarValue(elapsed)),
        ];
        var budget = new RequestLogBudget(TimeProvider.System, app.ApplicationServices.GetRequiredService<ILogger<RequestLogBudget>>());
        options.GetLevel = (http, _, exception) =>
        {
            if (http.RequestAborted.IsCancellationRequested) return LogEventLevel.Debug;
            if (exception is not null || http.Response.StatusCode == 500) return LogEventLevel.Error;
            return IsFrequent(http.Request.Path) || !budget.TryTake() ? LogEventLevel.Debug : LogEventLevel.Information;
        };
    });
}
