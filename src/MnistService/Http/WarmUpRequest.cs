using Microsoft.AspNetCore.Http.Features;

namespace MnistService.Http;

/// <summary>
/// Marks a request that the service sends to itself during the startup, so that the request log excludes this request. The mark is a request feature and not a
/// header, so a client cannot set it.
/// </summary>
internal sealed class WarmUpRequest
{
    private static readonly WarmUpRequest Instance = new();

    internal static void Mark(IFeatureCollection features) => features.Set(Instance);

    internal static bool Is(HttpContext http) => http.Features.Get<WarmUpRequest>() is not null;
}
