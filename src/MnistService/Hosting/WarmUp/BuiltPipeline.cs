namespace MnistService.Hosting.WarmUp;

/// <summary>
/// Builds the request pipeline of the application once, for the HTTP warm-up and the web server. Both use the same instance, so the route matcher and the
/// endpoint delegates are already compiled when the first client sends a request.
/// </summary>
internal sealed class BuiltPipeline
{
    private Lazy<RequestDelegate>? _built;

    /// <exception cref="InvalidOperationException"><see cref="SetApplication"/> has not been called.</exception>
    internal RequestDelegate Handler => (_built ?? throw new InvalidOperationException("BuiltPipeline.Handler was read before SetApplication was called; call SetApplication first.")).Value;

    /// <summary>
    /// Sets the application whose request pipeline is built. Call this after adding all middleware and routes. The pipeline is built at the first use of
    /// <see cref="Handler"/>.
    /// </summary>
    internal void SetApplication(IApplicationBuilder app) => _built = new(app.Build);

    /// <summary>
    /// Makes the web server use <see cref="Handler"/> instead of building a second pipeline. Startup filters that are registered later have no effect.
    /// </summary>
    internal sealed class Filter(BuiltPipeline pipeline) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app => app.Run(pipeline.Handler);
    }
}
