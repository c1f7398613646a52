using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace MnistService.Hosting;

/// <summary>What the web server takes of a connection, and the requests that it would take and must not.</summary>
internal static class ConnectionsFeature
{
    /// <summary>Where Kestrel puts the Content-Length of a request that is also chunked.</summary>
    private const string OverruledLength = "X-Content-Length";

    internal static void AddConnections(this IServiceCollection services)
    {
        services.AddOptions<ConnectionOptions>().BindConfiguration(ConnectionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ConnectionOptions>>((kestrel, connections) => connections.Value.ApplyTo(kestrel));
    }

    /// <summary>
    /// A request with two lengths is refused (RFC 9112, 6.1): what stands in front may have believed the other one, and take the rest of the body for the
    /// next client's request.
    /// </summary>
    internal static void UseOneLength(this WebApplication app) => app.Use(next => http => HasTwoLengths(http.Request)
        ? throw new ProblemException(400, "request_invalid", "The request has two lengths", "It has both Transfer-Encoding and Content-Length; expected one of them.")
        : next(http));

    private static bool HasTwoLengths(HttpRequest request) =>
        request.Headers.TransferEncoding.Count > 0 && (request.ContentLength is not null || request.Headers.ContainsKey(OverruledLength));
}
