using Microsoft.AspNetCore.Http.Metadata;

namespace MnistService.Connections.Memory;

/// <summary>
/// Middleware that buffers a JSON body completely, counted in the <see cref="RequestMemoryBudget"/>, before model binding. ASP.NET Core's reader would buffer
/// bodies without a limit over all requests.
/// </summary>
internal sealed class BufferedJson(RequestDelegate next, RequestMemoryBudget memory)
{
    public Task InvokeAsync(HttpContext http) =>
        http.Request.ContentLength is null or > 0 && http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null ? BufferAsync(http) : next(http);

    private async Task BufferAsync(HttpContext http)
    {
        using var lease = memory.Begin(http.Request);
        var most = (int)Math.Min(http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? int.MaxValue, 1 << 30);
        using var body = (await PooledBuffer.ReadAsync(lease.OpenBody(), http.Request.ContentLength, most, lease))
            .OrThrow(() => new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge)); // ProblemExceptionHandler answers it
        http.Request.Body = new MemoryStream(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body.Memory, out var bytes) ? bytes.Array! : [], 0, body.Memory.Length, writable: false);
        await next(http);
    }
}
