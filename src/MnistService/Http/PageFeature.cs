using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace MnistService.Http;

/// <summary>The page at <c>/</c>: files of <c>wwwroot</c>, which lies beside the program, wherever that is started from.</summary>
internal static class PageFeature
{
    private static readonly StringValues AskEachTime = "no-cache";

    internal static void UsePage(this WebApplication app)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        // What has a route is no file: those requests are spared the look.
        app.UseWhen(http => http.GetEndpoint() is null, page =>
        {
            var files = new PhysicalFileProvider(folder);
            page.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files, DefaultFileNames = ["index.html"] });
            page.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = files,
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = AskEachTime, // a new version is seen at once; what is unchanged is a 304
            });
        });
    }
}
