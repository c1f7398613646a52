using System.Reflection;
using System.Runtime.InteropServices;
using MnistService.Model.Native;
using MnistService.OpenApi;

namespace MnistService.Operations;

/// <summary>Endpoint <c>/version</c>: the versions of the service, libtorch and .NET.</summary>
internal static class VersionEndpoint
{
    /// <summary>The informational version of the build: the version, followed by a plus sign and the commit if the build recorded a commit.</summary>
    internal static string Informational { get; } =
        typeof(VersionEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    internal static void MapVersion(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/version", () => TypedResults.Ok(Current))
            .WithTags("Operations")
            .AllowAnonymous()
            .WithName("getVersion")
            .WithSummary("Versions of the service, libtorch and .NET")
            .WithDescription("Returns the versions of the running build. `commit` is the source commit of the build; `null` if the build recorded none.")
            .WithAnswer(200, "application/json", """{"version":"1.0.0","commit":"11e347e0c4b8e6f2a9d35b7c1f80e2d4a6953c7b","libTorch":"2.10.0.0","runtime":".NET 10.0.12"}""");

    private static ServiceVersion Current { get; } = new(
        Informational.Split('+')[0],
        Informational.Split('+') is [_, var commit] ? commit : null,
        TorchRuntime.Version,
        RuntimeInformation.FrameworkDescription);

    private sealed record ServiceVersion(string Version, string? Commit, string LibTorch, string Runtime);
}
