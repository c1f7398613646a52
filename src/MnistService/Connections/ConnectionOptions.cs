using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Connections;

/// <summary>
/// Settings under <c>MnistService:Connections</c>: limits per connection and request that apply before a request is processed. Kestrel checks timeouts and
/// rates once per second.
/// </summary>
internal sealed class ConnectionOptions
{
    internal const string Section = "MnistService:Connections";

    private const int ResponseBuffer = 16 << 10, Block = 4 << 10, FilePart = 16 << 10, Objects = 16 << 10, WaitingObjects = 8 << 10,
        Backlog = 4_096, SendBuffer = 32 << 10, Http2Streams = 16, Http2Window = 96 << 10;

    /// <summary>
    /// Maximum TCP segment size in bytes. The loopback interface's default segments of 64 kB do not fit into the send buffer: the receiver then delays each
    /// acknowledgment by up to 40 ms, and a download of 1.6 MB takes 0.5 s instead of 0.02 s. Ethernet's segments are smaller.
    /// </summary>
    private const int MaxSegment = 16 << 10;

    private const int TcpLevel = 6, MaxSegmentOption = 2; // IPPROTO_TCP and TCP_MAXSEG of Linux, see tcp(7)

    /// <summary>
    /// Maximum number of open connections. A further connection replaces another one, unused ones first, or waits up to 2 s for a place. 0 (default): 16,384,
    /// or fewer if the memory (<see cref="Memory.MemoryPlan"/>) or the limit of open files requires it.
    /// </summary>
    [SettingRange(0, 1_000_000)]
    public int MaxConnections { get; init; }

    /// <summary>Maximum time from the first byte of a request to the end of its headers; exceeding it is answered with 408. Default 15 s.</summary>
    [SettingRange("00:00:01", "01:00:00")]
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Maximum time that a connection may be idle. Default 130 s: longer than the idle timeout of load balancers, so that none of them sends a request on a
    /// closed connection.
    /// </summary>
    [SettingRange("00:00:01", "1.00:00:00")]
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// Minimum average rate of a request body in bytes per second; a slower body is answered with 408. Default 1,024: enough for an image over a very slow
    /// phone line.
    /// </summary>
    [SettingRange(1, 1 << 30)]
    public int MinBodyRate { get; init; } = 1 << 10;

    /// <summary>
    /// Minimum rate in bytes per second of uploads with a concurrency limit (files, large images), so that a slow client does not block others. Default 32
    /// kB/s: Kaggle's 51 MB in half an hour.
    /// </summary>
    [SettingRange(1, 1 << 30)]
    public int MinUploadRate { get; init; } = 32 << 10;

    /// <summary>
    /// Maximum time from the beginning of a file upload to its last byte; the service reads a file as fast as it processes it. A longer upload is answered with
    /// 408. Default 30 minutes.
    /// </summary>
    [SettingRange("00:00:01", "1.00:00:00")]
    public TimeSpan MaxUploadDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Minimum rate in bytes per second at which a client must read a response; a slower client is disconnected, which frees the buffered response. Default 4
    /// kB/s.
    /// </summary>
    [SettingRange(1, 1 << 30)]
    public int MinAnswerRate { get; init; } = 4 << 10;

    /// <summary>Grace period before the minimum rates apply. Default 10 s.</summary>
    [SettingRange("00:00:02", "01:00:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum size of the request line in bytes; a longer one is answered with 414. Default 8 kB.</summary>
    [SettingRange(256, 1 << 20)]
    public int MaxRequestLineBytes { get; init; } = 8 << 10;

    /// <summary>
    /// Maximum size of all request headers in bytes; more is answered with 431. Default 16 kB, because an open connection keeps the header text of its last
    /// request.
    /// </summary>
    [SettingRange(256, 1 << 20)]
    public int MaxHeaderBytes { get; init; } = 16 << 10;

    /// <summary>Maximum number of request headers; more are answered with 431. Default 100.</summary>
    [SettingRange(10, 10_000)]
    public int MaxHeaders { get; init; } = 100;

    /// <summary>
    /// Maximum size of a JSON body, and of any other body that is not a file, in bytes; a larger one is answered with 413. Files have separate limits. Default
    /// 64 kB.
    /// </summary>
    [SettingRange(1 << 10, 1 << 30)]
    public int MaxJsonBytes { get; init; } = 64 << 10;

    internal MinDataRate UploadRate => new(MinUploadRate, Grace);

    /// <summary>Maximum number of received but unread bytes per connection. Kestrel requires space for all headers.</summary>
    internal int RequestBuffer => Math.Max(16 << 10, Math.Max(MaxHeaderBytes, MaxRequestLineBytes));

    /// <summary>
    /// Maximum memory of one connection in bytes, without the request body: both buffers, one block of each, the part of a file that is being sent, the text of
    /// headers and request line in UTF-16 (the request line as a whole and in parts), Kestrel's objects, and the kernel's send buffer (twice the value that is
    /// set, see socket(7)). For each admitted connection another one may wait.
    /// </summary>
    internal long BytesPerConnection =>
        RequestBuffer + ResponseBuffer + 2 * Block + FilePart + 2L * MaxHeaderBytes + 4L * MaxRequestLineBytes + Objects + 2 * SendBuffer + BytesPerWaitingConnection;

    /// <summary>
    /// Bytes of one waiting connection: the beginning of its first request, which the kernel buffers. The kernel buffers less when memory is short.
    /// </summary>
    private long BytesPerWaitingConnection => RequestBuffer + Block + WaitingObjects;

    internal void ApplyTo(SocketTransportOptions sockets)
    {
        (sockets.MaxReadBufferSize, sockets.MaxWriteBufferSize) = (RequestBuffer, ResponseBuffer);
        sockets.CreateBoundListenSocket = static endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = SendBuffer; // accepted sockets inherit it; the kernel's default would buffer megabytes for a client that does not read
            if (endpoint is IPEndPoint) socket.SetRawSocketOption(TcpLevel, MaxSegmentOption, BitConverter.GetBytes(MaxSegment));
            return socket;
        };
        sockets.Backlog = Backlog; // if the kernel's queue is full, the client retries after one second
    }

    internal void ApplyTo(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBufferSize = RequestBuffer;
        limits.MaxResponseBufferSize = ResponseBuffer;
        // With TLS (configured under Kestrel:Endpoints) clients may use HTTP/2, which multiplexes several requests on one connection.
        limits.Http2.MaxStreamsPerConnection = Http2Streams;
        limits.Http2.InitialConnectionWindowSize = Http2Window;
        limits.Http2.InitialStreamWindowSize = Http2Window;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.KeepAliveTimeout = KeepAliveTimeout;
        limits.MinRequestBodyDataRate = new(MinBodyRate, Grace);
        limits.MinResponseDataRate = new(MinAnswerRate, Grace);
        limits.MaxRequestLineSize = MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestBodySize = MaxJsonBytes; // routes that read files set their own limit
    }
}

[OptionsValidator]
internal sealed partial class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>;
