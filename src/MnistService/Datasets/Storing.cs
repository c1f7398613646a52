using MnistService.Http;

namespace MnistService.Datasets;

/// <summary>
/// Reports a failed disk operation as HTTP status 507. .NET also throws an <see cref="IOException"/> if the request body cannot be read, so each disk operation
/// must be wrapped separately.
/// </summary>
internal static class Storing
{
    /// <summary>Runs a disk operation, and returns its result.</summary>
    /// <exception cref="ProblemException">507: the operation failed with an I/O error.</exception>
    internal static T Do<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused();
        }
    }

    internal static ProblemException Refused() => DatasetProblems.StorageFailed.Exception();

    /// <inheritdoc cref="Do{T}"/>
    internal static void Do(Action write) => Do(() =>
    {
        write();
        return true;
    });
}
