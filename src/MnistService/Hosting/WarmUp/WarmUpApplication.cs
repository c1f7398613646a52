using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using MnistService.Http;

namespace MnistService.Hosting.WarmUp;

/// <summary>
/// Processes the requests of the HTTP warm-up. At first, the requests go directly to the request pipeline. After <see cref="Use"/>, they go through the hosting
/// application of ASP.NET Core, which adds activities, logs and metrics. ASP.NET Core creates the hosting application only when it starts the web server.
/// </summary>
internal sealed class WarmUpApplication(BuiltPipeline pipeline, IHttpContextFactory contexts) : IHttpApplication<object>
{
    private IHttpApplication<object> _application = new Plain(pipeline, contexts);

    /// <summary>Sets the hosting application that processes all later requests.</summary>
    internal void Use<TContext>(IHttpApplication<TContext> application) where TContext : notnull => _application = new Hosted<TContext>(application);

    public object CreateContext(IFeatureCollection contextFeatures)
    {
        WarmUpRequest.Mark(contextFeatures);
        return _application.CreateContext(contextFeatures);
    }

    public Task ProcessRequestAsync(object context) => _application.ProcessRequestAsync(context);

    public void DisposeContext(object context, Exception? exception) => _application.DisposeContext(context, exception);

    private sealed class Plain(BuiltPipeline pipeline, IHttpContextFactory contexts) : IHttpApplication<object>
    {
        /// <summary>
        /// Client address of warm-up requests: a loopback address that clients do not normally use, so that the warm-up takes no tokens from the rate limit of
        /// a client.
        /// </summary>
        private static readonly IPAddress Address = new([127, 255, 255, 254]);

        public object CreateContext(IFeatureCollection contextFeatures)
        {
            var http = contexts.Create(contextFeatures);
            http.Connection.RemoteIpAddress = Address;
            return http;
        }

        public Task ProcessRequestAsync(object context) => pipeline.Handler((HttpContext)context);

        public void DisposeContext(object context, Exception? exception) => contexts.Dispose((HttpContext)context);
    }

    private sealed class Hosted<TContext>(IHttpApplication<TContext> application) : IHttpApplication<object> where TContext : notnull
    {
        public object CreateContext(IFeatureCollection contextFeatures)
        {
            var context = application.CreateContext(contextFeatures);
            if (contextFeatures.Get<IHttpMetricsTagsFeature>() is { } tags) tags.MetricsDisabled = true;
            return context;
        }

        public Task ProcessRequestAsync(object context) => application.ProcessRequestAsync((TContext)context);

        public void DisposeContext(object context, Exception? exception) => application.DisposeContext((TContext)context, exception);
    }
}
