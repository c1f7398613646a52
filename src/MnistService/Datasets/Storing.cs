using MnistService.Http;

namespace MnistService.Datasets;

/// <summary>Tells a disk that does not take what is written from a client whose bytes do not arrive: .NET reports both with the same exception.</summary>
internal static class Storing
{
    /// <exception cref="ProblemException">507.</exception>
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

    internal static ProblemException Refused() =>
        new(507, "storage_failed", "The data set could not be stored", "The data directory is full or cannot be written to. Nothing was kept.");

    /// <inheritdoc cref="Do{T}"/>
    internal static void Do(Action write) => Do(() =>
    {
        write();
        return true;
    });
}
