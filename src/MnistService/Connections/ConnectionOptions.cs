using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MnistService.Connections;

/// <summary>
/// Settings under <c>MnistService:Connections</c>: what one client may take of the service before it has said anything of worth. Times and rates are looked at
/// once a second.
/// </summary>
internal sealed class ConnectionOptions
{
    internal const string Section = "MnistService:Connections";

    private const int ResponseBuffer = 16 << 10, Block = 4 << 10, FilePart = 16 << 10, Objects = 16 << 10, WaitingObjects = 8 << 10,
        Backlog = 4_096, SendBuffer = 32 << 10, Http2Streams = 16, Http2Window = 96 << 10;

    /// <summary>
    /// Largest TCP segment in bytes. The loopback interface's own segments of 64 kB are larger than what fits into the send buffer. The receiver then delays each
    /// acknowledgment by up to 40 ms, and a download of 1.6 MB takes 0.5 s instead of 0.02 s. Ethernet's segments are smaller.
    /// </summary>
    private const int MaxSegment = 16 << 10;

    private const int TcpLevel = 6, MaxSegmentOption = 2; // IPPROTO_TCP and TCP_MAXSEG of Linux, see tcp(7)

    /// <summary>
    /// Open at a time. A further one takes the place of another, unused ones first, or waits up to 2 s for a place. Default 0: 16,384, or what the memory (<see cref="Memory.MemoryPlan"/>) and
    /// the limit of open files leave.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxConnections { get; init; }

    /// <summary>From a request's first byte to the end of its headers; then 408. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>That a connection may lie idle. Default 130 s: longer than what load balancers keep theirs, so that none of them sends into a closed one.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Bytes a second that a body has to come with on average; slower is 408. Default 1,024: a picture over the worst of phone lines.</summary>
    [Range(1, 1 << 30)]
    public int MinBodyRate { get; init; } = 1 << 10;

    /// <summary>
    /// The same for what few may send at a time (files, large pictures), so that who dawdles holds up no other. Default 32 kB/s: Kaggle's 51 MB in half an hour.
    /// </summary>
    [Range(1, 1 << 30)]
    public int MinUploadRate { get; init; } = 32 << 10;

    /// <summary>From the beginning of a file's upload to its last byte, which is read as fast as it is worked on; longer is 408. Default 30 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxUploadDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Bytes a second that an answer has to be taken with; a slower client is cut off, and what lies in memory for it freed. Default 4 kB/s.</summary>
    [Range(1, 1 << 30)]
    public int MinAnswerRate { get; init; } = 4 << 10;

    /// <summary>Before the rates count. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of a request's first line; longer is 414. Default 8 kB.</summary>
    [Range(256, 1 << 20)]
    public int MaxRequestLineBytes { get; init; } = 8 << 10;

    /// <summary>Bytes of all headers; more are 431. Default 16 kB: an open connection keeps the text of its last request's.</summary>
    [Range(256, 1 << 20)]
    public int MaxHeaderBytes { get; init; } = 16 << 10;

    /// <summary>Headers; more are 431. Default 100.</summary>
    [Range(10, 10_000)]
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Bytes of a JSON body, and of any other that is no file; more are 413. Files have limits of their own. Default 64 kB.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxJsonBytes { get; init; } = 64 << 10;

    internal MinDataRate UploadRate => new(MinUploadRate, Grace);

    /// <summary>Bytes that arrived and are not yet read, of one connection; Kestrel wants room for all headers.</summary>
    internal int RequestBuffer => Math.Max(16 << 10, Math.Max(MaxHeaderBytes, MaxRequestLineBytes));

    /// <summary>
    /// What one connection can hold at most beside its body: both buffers, a block of each, a part of a file that is sent, the text of headers and request line in
    /// UTF-16 (the latter whole and in parts), Kestrel's objects, and the kernel's send buffer (twice what is set, see socket(7)). For each admitted connection another one may wait.
    /// </summary>
    internal long BytesPerConnection =>
        RequestBuffer + ResponseBuffer + 2 * Block + FilePart + 2L * MaxHeaderBytes + 4L * MaxRequestLineBytes + Objects + 2 * SendBuffer + BytesPerWaitingConnection;

    /// <summary>The beginning of its first request, which the kernel holds. It holds less when memory is short.</summary>
    private long BytesPerWaitingConnection => RequestBuffer + Block + WaitingObjects;

    internal void ApplyTo(SocketTransportOptions sockets)
    {
        (sockets.MaxReadBufferSize, sockets.MaxWriteBufferSize) = (RequestBuffer, ResponseBuffer);
        sockets.CreateBoundListenSocket = static endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = SendBuffer; // accepted ones inherit it; by itself the kernel would take megabytes for a client that does not read
            if (endpoint is IPEndPoint) socket.SetRawSocketOption(TcpLevel, MaxSegmentOption, BitConverter.GetBytes(MaxSegment));
            return socket;
        };
        sockets.Backlog = Backlog; // where the kernel's queue is full, a client tries again after a second
    }

    internal void ApplyTo(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBufferSize = RequestBuffer;
        limits.MaxResponseBufferSize = ResponseBuffer;
        // Over TLS (an operator's Kestrel:Endpoints) clients may speak HTTP/2: each connection then has several requests.
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
        limits.MaxRequestBodySize = MaxJsonBytes; // who reads files sets another
    }
}
