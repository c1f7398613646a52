using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using MnistService.Connections.Memory;
using MnistService.Http;

namespace MnistService.Connections;

/// <summary>What the web server takes of a connection, and the requests that it would take and must not.</summary>
internal static class ConnectionsFeature
{
    /// <summary>Where Kestrel puts the Content-Length of a request that is also chunked.</summary>
    private const string OverruledLength = "X-Content-Length";

    /// <summary>Bytes of a body that nobody reads: Kaggle's larger file fits.</summary>
    private const long MostThrownAway = 128 << 20;

    internal static void AddServiceConnections(this IServiceCollection services)
    {
        services.AddOptions<ConnectionOptions>().BindConfiguration(ConnectionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MemoryPlan>();
        services.AddSingleton<RequestMemoryBudget>();
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<IConnectionListenerFactory, AdmittingListenerFactory>(); // the web server asks the one that was added last
        services.AddHostedService<MemoryTrimmer>();
        services.AddOptions<SocketTransportOptions>().Configure<IOptions<ConnectionOptions>>((sockets, connections) => connections.Value.ApplyTo(sockets));
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ConnectionOptions>>((kestrel, connections) =>
        {
            connections.Value.ApplyTo(kestrel);
            // Setting the defaults twice would replace the first ones, so all connection middleware is added here.
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                listen.Use(next => connection => RunAsync(connection, next));
                FairInput.ApplyTo(listen);
            });
        });
    }

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
        // A request with two lengths is refused (RFC 9112, 6.1): what stands in front may have believed the other one, and take the rest of the body for
        // the next client's request.
        if (HasTwoLengths(http.Request))
            throw new ProblemException(400, "request_invalid", "The request has two lengths", "It has both Transfer-Encoding and Content-Length; expected one of them.");
        if (MayBeLarge(http.Request)) http.Response.OnStarting(SettleUnread, http);
        return next(http);
    });

    private static bool MayBeLarge(HttpRequest request) =>
        request.ContentLength > MaxBodyOf(request.HttpContext)?.MaxRequestBodySize || request.ContentLength is null && request.Headers.TransferEncoding.Count > 0;

    /// <summary>
    /// A body that an answer did not wait for is read and thrown away by the web server, for some seconds, so that the answer reaches a client that is still
    /// sending; but no more than may come, which is little unless the route has said otherwise, and then the connection just ends: the client's next request
    /// would have no answer. For a network with many unanswered connections nothing is read while the thread pool is busy: in a flood of images that are refused, the
    /// reading would cost more than all else.
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
