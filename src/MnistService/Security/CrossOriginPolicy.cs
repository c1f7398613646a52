using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>What pages of the origins that were allowed may do: all, with a key of their own. No cookies, for there are none.</summary>
internal sealed class CrossOriginPolicy(IOptions<SecurityOptions> options) : IConfigureOptions<CorsOptions>
{
    public void Configure(CorsOptions cors) => cors.AddDefaultPolicy(policy => policy
        .WithOrigins(options.Value.AllowedOrigins).AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("Location", "Retry-After", "Content-Disposition"));
}
