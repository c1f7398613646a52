using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Connections;

/// <summary>
/// Settings under <c>MnistService:Connections</c>: limits of connections, requests and responses on all routes. Kestrel checks timeouts and rates once per
/// second.
/// </summary>
internal sealed class ConnectionOptions
{
    internal const string Section = "MnistService:Connections";

    private const int ResponseBuffer = 16 << 10, Block = 4 << 10, FilePart = 16 << 10, Objects = 16 << 10, WaitingObjects = 8 << 10,
        Backlog = 4_096, SendBuffer = 32 << 10, Http2Streams = 16, Http2Window = 96 << 10;

    /// <summary>
    /// Maximum TCP segment size in bytes. The loopback interface's default segments of 64 kB do not fit into the send buffer. The receiver would then delay
    /// each acknowledgment by up to 40 ms, and a download of 1.6 MB would take 0.5 s instead of 0.02 s. Segments on Ethernet are smaller than this maximum.
    /// </summary>
    private const int MaxSegment = 16 << 10;

    private const int TcpLevel = 6; // IPPROTO_TCP of Linux, see tcp(7)
    private const int MaxSegmentOption = 2; // TCP_MAXSEG of Linux, see tcp(7)

    /// <summary>
    /// Maximum number of admitted connections. At this limit, a new connection replaces another connection (unused connections first), or waits up to 2 s and
    /// is then closed. 0 (default) means 16,384, or fewer if the memory (<see cref="Memory.MemoryPlan"/>) or the limit of open files requires fewer.
    /// </summary>
    [SettingRange(0, 1_000_000)]
    public int MaxConnections { get; init; }

    /// <summary>Maximum time from the first byte of a request to the end of its headers; a slower request is answered with 408. Default 15 s.</summary>
    [SettingRange("00:00:01", "01:00:00")]
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Maximum time that an idle connection waits for its next request; Kestrel then closes the connection. The default of 130 s is longer than the idle
    /// timeout of common load balancers, so that a load balancer does not send a request on a connection that the service is closing.
    /// </summary>
    [SettingRange("00:00:01", "1.00:00:00")]
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// Minimum average rate of a request body in bytes per second; a slower body is answered with 408. The default of 1,024 permits images over very slow
    /// mobile connections.
    /// </summary>
    [SettingRange(1, 1 << 30)]
    public int MinBodyRate { get; init; } = 1 << 10;

    /// <summary>
    /// Minimum rate in bytes per second for uploaded files, for downloads, and for images that are larger than 64 kB or have an unknown length. A slower upload
    /// is answered with 408, and a slower download is disconnected, because slow clients occupy resources that other clients need. At the default of 32 kB/s,
    /// Kaggle's test.csv (51 MB) takes 26 minutes.
    /// </summary>
    [SettingRange(1, 1 << 30)]
    public int MinUploadRate { get; init; } = 32 << 10;

    /// <summary>
    /// Maximum time from the beginning of a file upload to its last byte, including the time in which the service applies back-pressure because it is still
    /// processing earlier parts of the file. A longer upload is answered with 408. Default 30 minutes.
    /// </summary>
    [SettingRange("00:00:01", "1.00:00:00")]
    public TimeSpan MaxUploadDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Minimum rate in bytes per second at which a client must read a response; a slower client is disconnected, which frees the response's buffer. Default
    /// 4 kB/s.
    /// </summary>
    [SettingRange(1, 1 << 30)]
    public int MinAnswerRate { get; init; } = 4 << 10;

    /// <summary>Time from the start of a request body or response until the minimum rates of this section apply. Default 10 s.</summary>
    [SettingRange("00:00:02", "01:00:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum size of the request line in bytes; a longer request line is answered with 414. Default 8 kB.</summary>
    [SettingRange(256, 1 << 20)]
    public int MaxRequestLineBytes { get; init; } = 8 << 10;

    /// <summary>
    /// Maximum total size of the headers of a request in bytes; larger headers are answered with 431. Default 16 kB. Larger limits cost memory, because each
    /// open connection keeps the header text of its last request.
    /// </summary>
    [SettingRange(256, 1 << 20)]
    public int MaxHeaderBytes { get; init; } = 16 << 10;

    /// <summary>Maximum number of headers of a request; a request with more headers is answered with 431. Default 100.</summary>
    [SettingRange(10, 10_000)]
    public int MaxHeaders { get; init; } = 100;

    /// <summary>
    /// Maximum size in bytes of a JSON body, and of any other body that is not a file; a larger body is answered with 413. Files have separate limits.
    /// Default 64 kB.
    /// </summary>
    [SettingRange(1 << 10, 1 << 30)]
    public int MaxJsonBytes { get; init; } = 64 << 10;

    internal MinDataRate UploadRate => new(MinUploadRate, Grace);

    /// <summary>
    /// Maximum number of received but unread bytes per connection. Kestrel requires at least <see cref="MaxRequestLineBytes"/> and at least
    /// <see cref="MaxHeaderBytes"/>.
    /// </summary>
    internal int RequestBuffer => Math.Max(16 << 10, Math.Max(MaxHeaderBytes, MaxRequestLineBytes));

    /// <summary>
    /// Maximum memory of one HTTP/1.1 connection in bytes, without the request body. It consists of Kestrel's buffers and objects, the part of a file that is
    /// being sent, the headers and the request line as UTF-16 text, and the kernel's send buffer (twice the configured size, see socket(7)). For each admitted
    /// connection, one more connection may wait for admission, so the memory of a waiting connection is included. The streams of an HTTP/2 connection are not
    /// included.
    /// </summary>
    internal long BytesPerConnection =>
        RequestBuffer + ResponseBuffer + 2 * Block + FilePart + 2L * MaxHeaderBytes + 4L * MaxRequestLineBytes + Objects + 2 * SendBuffer + BytesPerWaitingConnection;

    /// <summary>
    /// Maximum memory of one waiting connection in bytes: the objects of the connection, and the beginning of its first request in the kernel's buffer.
    /// </summary>
    private long BytesPerWaitingConnection => RequestBuffer + Block + WaitingObjects;

    internal void ApplyTo(SocketTransportOptions sockets)
    {
        (sockets.MaxReadBufferSize, sockets.MaxWriteBufferSize) = (RequestBuffer, ResponseBuffer);
        sockets.CreateBoundListenSocket = static endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = SendBuffer; // accepted sockets inherit the size; the default would buffer megabytes for a client that does not read
            if (endpoint is IPEndPoint) socket.SetRawSocketOption(TcpLevel, MaxSegmentOption, BitConverter.GetBytes(MaxSegment));
            return socket;
        };
        sockets.Backlog = Backlog; // if the kernel's accept queue is full, the client retries after one second
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
