using MnistService.Http;

namespace MnistService.OpenApi;

/// <summary>Documents the body of a request that changes a name, and the error responses to an invalid body.</summary>
internal static class RenameDocumentation
{
    internal static RouteHandlerBuilder WithNewName(this RouteHandlerBuilder route) => route
        .WithJsonBody("A new name", """{"name":"Our forms, November"}""")
        .WithProblems(RequestProblems.JsonInvalid, RequestProblems.ContentTypeNotSupported, RequestProblems.CharsetNotSupported, RequestProblems.NewNameInvalid);
}
