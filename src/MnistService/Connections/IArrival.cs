using System.Net;

namespace MnistService.Connections;

/// <summary>An accepted connection, before and after it is passed to Kestrel.</summary>
internal interface IArrival
{
    /// <summary>IP address of the client; null for a Unix socket.</summary>
    IPAddress? Address { get; }

    /// <summary>Passes the connection to Kestrel. Called at most once, on any thread; does not block.</summary>
    /// <returns>False if Kestrel accepts no more connections.</returns>
    bool TryOpen(AdmittedConnection connection);

    /// <summary>Closes the connection, opened or not. Thread-safe; repeated calls do nothing.</summary>
    void Close();
}
