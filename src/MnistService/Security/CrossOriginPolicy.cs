using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// CORS policy: pages of the allowed origins may use all methods and headers with their own API key. Credentials are not allowed: no cookies exist.
/// </summary>
internal sealed class CrossOriginPolicy(IOptions<SecurityOptions> options) : IConfigureOptions<CorsOptions>
{
    public void Configure(CorsOptions cors) => cors.AddDefaultPolicy(policy => policy
        .WithOrigins(options.Value.AllowedOrigins).AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("Location", "Retry-After", "Content-Disposition"));
}
