using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MnistService.Database;

/// <summary>Which failures of the database are the disk's: full, read-only, or gone. Whoever runs the service can mend those.</summary>
internal static class DatabaseFailure
{
    /// <param name="exception">As EF Core throws it, or SQLite's own.</param>
    internal static bool IsOfStorage(Exception exception) =>
        (exception as SqliteException ?? exception.InnerException as SqliteException)?.SqliteErrorCode
            is raw.SQLITE_FULL or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN;
}
