namespace MnistService.Hosting.WarmUp;

/// <summary>
/// The middleware and endpoints of the application, built once: by the HTTP warm-up, or by the web server if it is first. The web server serves with the same
/// instance, so the route matcher and the delegates of the endpoints that the warm-up has compiled are those of the first client.
/// </summary>
internal sealed class BuiltPipeline
{
    private Lazy<RequestDelegate>? _built;

    /// <exception cref="InvalidOperationException"><see cref="SetApplication"/> has not been called.</exception>
    internal RequestDelegate Handler => (_built ?? throw new InvalidOperationException("The application has no pipeline yet.")).Value;

    /// <summary>Sets the application. All its middleware and routes must have been added; the pipeline is built when it is first used.</summary>
    internal void SetApplication(IApplicationBuilder app) => _built = new(app.Build);

    /// <summary>Makes the web server use <see cref="Handler"/> instead of building a second pipeline. Startup filters that are registered later have no effect.</summary>
    internal sealed class Filter(BuiltPipeline pipeline) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app => app.Run(pipeline.Handler);
    }
}
