using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using MnistService.Connections.Memory;
using MnistService.Http;
using MnistService.Startup;

namespace MnistService.Connections;

/// <summary>
/// Registers admission control, connection limits and the request memory budget. The middleware rejects requests of ambiguous length (request smuggling) and
/// limits how many bytes of an unread body are drained.
/// </summary>
internal static class ConnectionServiceCollectionExtensions
{
    /// <summary>Name of the header to which Kestrel moves the Content-Length header of a chunked request.</summary>
    private const string OverruledLength = "X-Content-Length";

    /// <summary>
    /// Length in bytes up to which Kestrel drains (receives and discards) an unread request body on every route. Kaggle's CSV files are smaller.
    /// </summary>
    private const long MostThrownAway = 128 << 20;

    internal static void AddServiceConnections(this IServiceCollection services)
    {
        services.AddSettings<ConnectionOptions, ConnectionOptionsValidator>(ConnectionOptions.Section);
        services.AddSettings<RequestMemoryOptions, RequestMemoryOptionsValidator>(RequestMemoryOptions.Section);
        services.AddSingleton<MemoryPlan>();
        services.AddSingleton<RequestMemoryBudget>();
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<IConnectionListenerFactory, AdmittingListenerFactory>(); // Kestrel prefers the factory that was registered last
        services.AddHostedService<MemoryTrimmer>();
        services.AddOptions<SocketTransportOptions>().Configure<IOptions<ConnectionOptions>>((sockets, connections) => connections.Value.ApplyTo(sockets));
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ConnectionOptions>>((kestrel, connections) =>
        {
            connections.Value.ApplyTo(kestrel);
            AddConnectionMiddleware(kestrel);
        });
    }

    /// <summary>Adds the connection middleware to all endpoints that Kestrel configures after this call.</summary>
    internal static void AddConnectionMiddleware(KestrelServerOptions kestrel) =>
        // A second call of ConfigureEndpointDefaults would replace the first one, so all connection middleware is added here.
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            listen.Use(next => connection => RunAsync(connection, next));
            FairInput.ApplyTo(listen);
        });

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Features.Get<AdmittedConnection>()?.Forget();
        }
    }

    internal static void UseConnections(this WebApplication app) => app.Use(next => http =>
    {
        http.Features.Get<AdmittedConnection>()?.Begin(http.Response);
        // A request with two lengths is rejected (RFC 9112, 6.1): a proxy in front of the service may have used the other length, and would treat the rest of
        // the body as the next client's request (request smuggling).
        if (HasTwoLengths(http.Request))
            throw RequestProblems.LengthAmbiguous.Exception();
        if (MayBeLarge(http.Request)) http.Response.OnStarting(SettleUnread, http);
        return next(http);
    });

    private static bool MayBeLarge(HttpRequest request) =>
        request.ContentLength > MaxBodyOf(request.HttpContext)?.MaxRequestBodySize || request.ContentLength is null && request.Headers.TransferEncoding.Count > 0;

    /// <summary>
    /// Lets Kestrel drain an unread request body for up to 5 seconds, so that the response reaches a client that is still sending. Kestrel drains at most as
    /// many bytes as the body limit of the route permits. If this limit is below <see cref="MostThrownAway"/>, the method raises it to that value. If the body
    /// is longer than that, the method closes the connection after the response instead. It does the same if the thread pool is busy and the client's network
    /// has many connections without a response (<see cref="ClientNetwork.IsHeavy"/>), because in a flood of rejected images draining would cost more time
    /// than all other work.
    /// </summary>
    private static Task SettleUnread(object state)
    {
        var http = (HttpContext)state;
        if (MaxBodyOf(http) is { IsReadOnly: false } limit && limit.MaxRequestBodySize < MostThrownAway)
        {
            var isFlood = PoolLoad.IsBusy && http.Features.Get<AdmittedConnection>() is { Network.IsHeavy: true };
            if (isFlood || http.Request.ContentLength > MostThrownAway) http.Response.Headers.Connection = "close";
            else limit.MaxRequestBodySize = MostThrownAway;
        }
        return Task.CompletedTask;
    }

    private static IHttpMaxRequestBodySizeFeature? MaxBodyOf(HttpContext http) => http.Features.Get<IHttpMaxRequestBodySizeFeature>();

    private static bool HasTwoLengths(HttpRequest request) =>
        request.Headers.TransferEncoding.Count > 0 && (request.ContentLength is not null || request.Headers.ContainsKey(OverruledLength));
}
