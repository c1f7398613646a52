using System.Globalization;
using System.Reflection;
using MnistService.Http;
using MnistService.Startup;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Settings.Configuration;

namespace MnistService.Operations;

/// <summary>Configures Serilog on the console: readable lines, or compact JSON with <c>MnistService:Logging:Format=json</c>.</summary>
internal static class LoggingServiceCollectionExtensions
{
    private const int MostOfPath = 200; // maximum length of a logged path, in characters

    private const string FormatSetting = "MnistService:Logging:Format";
    private const string Readable = "[{Timestamp:HH:mm:ss.fff} {Level:u3}] {Message:lj}{NewLine}{Exception}";

    /// <summary>
    /// Assemblies of the log sinks that the configuration section <c>Serilog</c> may name. Without this list, Serilog would scan all package references at
    /// startup.
    /// </summary>
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
                // In a flood of connections, Kestrel's log lines about single connections could fill the disk. The metric mnist.connections.refused counts
                // the refused connections.
                .MinimumLevel.Override("Microsoft.AspNetCore.Server.Kestrel.Connections", LogEventLevel.Error)
                // The host's own log entry is omitted, because Program reports a failed startup in one line.
                .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
                .ReadFrom.Configuration(builder.Configuration, new ConfigurationReaderOptions(Sinks))
                .Enrich.FromLogContext();
            if (format == "json") log.WriteTo.Console(new RenderedCompactJsonFormatter());
            else log.WriteTo.Console(outputTemplate: Readable, formatProvider: CultureInfo.InvariantCulture);
        }, preserveStaticLogger: true);
    }

    /// <summary>
    /// Logs one line per request. At the default log level, requests for predictions, health checks, metrics and Swagger UI are excluded, because they are
    /// frequent. <see cref="RequestLogBudget"/> limits the number of lines per second, except for requests that fail with 500.
    /// </summary>
    internal static void UseServiceRequestLogging(this WebApplication app)
    {
        // Frequent requests skip the middleware, because their lines would be discarded. ProblemExceptionHandler logs their failures.
        var everything = app.Logger.IsEnabled(LogLevel.Debug);
        app.UseWhen(http => everything ? !WarmUpRequest.Is(http) : !IsFrequent(http.Request.Path), Log);
    }

    /// <summary>Truncates the path of a logged request to 200 characters, because a path can be as long as the request line.</summary>
    private static string Shorten(string path) => path.Length <= MostOfPath ? path : $"{path.AsSpan(0, MostOfPath)}…";

    private static bool IsFrequent(PathString path) =>
        path.Value is "/predict" or "/read" or "/metrics" || path.StartsWithSegments("/health") || path.StartsWithSegments("/swagger");

    private static void Log(IApplicationBuilder app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.ApplicationServices.GetRequiredService<Serilog.ILogger>(); // the default is the static logger, which writes nothing
        options.MessageTemplate = "{RequestMethod} {RequestPath} answered {StatusCode} in {Elapsed:0.0} ms";
        // Logs the escaped path: an unescaped line break would allow a client to forge log lines.
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
