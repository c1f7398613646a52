using Microsoft.Data.Sqlite;
using MnistService.Http;
using SQLitePCL;

namespace MnistService.Database;

/// <summary>Problem types of error responses to requests whose data could not be written to the database.</summary>
internal static class DatabaseProblems
{
    internal static readonly ProblemType StorageFailed = new(507, "storage_failed", "The database could not be written to",
        "The disk with the database is full or cannot be written to. Nothing was stored. Free disk space, or make the data directory writable.");
}

/// <summary>Recognizes database errors that an operator can fix, to answer them with 507 instead of an internal error.</summary>
internal static class DatabaseFailure
{
    /// <summary>
    /// Returns whether the cause of the exception is such an error: the disk is full or read-only, an I/O error occurred, or the file is not accessible.
    /// </summary>
    /// <param name="exception">An exception of EF Core or SQLite.</param>
    internal static bool IsOfStorage(Exception exception) =>
        (exception as SqliteException ?? exception.InnerException as SqliteException)?.SqliteErrorCode
            is raw.SQLITE_FULL or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN;
}
