using MnistService.Http;

namespace MnistService.Datasets;

/// <summary>
/// Reports a failed write to the disk as HTTP status 507. .NET uses the same exception type for a failed read of the request body, so each write must be wrapped
/// separately.
/// </summary>
internal static class Storing
{
    /// <summary>Runs an operation that writes to the disk, and returns its result.</summary>
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
