using System.Net;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Uploads;

/// <summary>Uploads over HTTP/2, which browsers use if an operator has configured TLS.</summary>
public sealed class Http2UploadTests
{
    [Fact]
    public async Task Uploads_over_HTTP_2_are_accepted_and_give_their_places_back()
    {
        await using var service = new ServiceApplication(("MnistService:Submissions:MaxUploads", "1"), ("Kestrel:EndpointDefaults:Protocols", "Http2"));
        var address = service.Start().BaseAddress!;
        using var client = new HttpClient { BaseAddress = address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var csv = DatasetFiles.Csv(DatasetFiles.Rows[..100]);
        for (var i = 0; i < 3; i++)
        {
            using var answer = await client.PostAsync("/submissions", TestHttp.Body(csv), TestHttp.Cancellation);
            Assert.Equal((HttpStatusCode.Created, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        }
    }
}
