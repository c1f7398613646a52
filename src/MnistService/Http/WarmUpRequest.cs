using Microsoft.AspNetCore.Http.Features;

namespace MnistService.Http;

/// <summary>
/// Marks a request that the service sends to itself during the startup, so that the request log excludes this request. A client cannot set the mark.
/// </summary>
internal sealed class WarmUpRequest
{
    private static readonly WarmUpRequest Instance = new();

    internal static void Mark(IFeatureCollection features) => features.Set(Instance);

    internal static bool Is(HttpContext http) => http.Features.Get<WarmUpRequest>() is not null;
}
