using Microsoft.Data.Sqlite;
using MnistService.Http;
using SQLitePCL;

namespace MnistService.Database;

/// <summary>Problem type of the error response to a request that fails because the database file is not accessible.</summary>
internal static class DatabaseProblems
{
    internal static readonly ProblemType StorageFailed = new(507, "storage_failed", "The database is not accessible",
        "The database file cannot be opened, read or written, for example because its disk is full. Nothing was stored. "
        + "Free disk space, or correct the permissions of the file and its folder.");
}

/// <summary>Recognizes database errors that an operator can fix, so that the response has the status 507 instead of 500.</summary>
internal static class DatabaseFailure
{
    /// <summary>
    /// Returns whether the disk or the database file caused the exception: the disk is full, the file is read-only or cannot be opened, or an I/O error
    /// occurred.
    /// </summary>
    /// <param name="exception">An exception of EF Core or SQLite.</param>
    internal static bool IsOfStorage(Exception exception) =>
        (exception as SqliteException ?? exception.InnerException as SqliteException)?.SqliteErrorCode
            is raw.SQLITE_FULL or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN;
}
