using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MnistService.Database;

/// <summary>Classifies database errors that the storage causes: disk full, read-only, I/O error, or file not accessible. An operator can fix these.</summary>
internal static class DatabaseFailure
{
    /// <param name="exception">An exception of EF Core or SQLite.</param>
    internal static bool IsOfStorage(Exception exception) =>
        (exception as SqliteException ?? exception.InnerException as SqliteException)?.SqliteErrorCode
            is raw.SQLITE_FULL or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN;
}
