using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MnistService.Http;

/// <summary>Body of <c>PATCH</c> on a model, a job or a data set.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RenameRequest
{
    /// <summary>The new name, 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Returns the 422 response if the name is blank, too long or contains control characters; <c>null</c> if the name is valid.</summary>
    internal ProblemHttpResult? Check() =>
        (string.IsNullOrWhiteSpace(Name) ? "is empty" : DisplayName.FindError(Name)) is { } error ? RequestProblems.NewNameInvalid.Result(error) : null;
}
