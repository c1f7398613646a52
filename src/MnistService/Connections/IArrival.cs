using System.Net;

namespace MnistService.Connections;

/// <summary>A connection that the kernel has accepted, before and after the web server knows of it.</summary>
internal interface IArrival
{
    /// <summary>The client's; null for a Unix socket.</summary>
    IPAddress? Address { get; }

    /// <summary>Hands it to the web server. Called once at most, on any thread; returns quickly.</summary>
    /// <returns>False if the web server accepts no more, or <see cref="Close"/> was called.</returns>
    bool TryOpen(AdmittedConnection connection);

    /// <summary>Closes it, opened or not. Safe for all threads; the second call does nothing.</summary>
    void Close();
}
