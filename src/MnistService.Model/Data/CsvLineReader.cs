namespace MnistService.Model.Data;

/// <summary>
/// Cuts a stream into lines through one reused buffer. A line ends with LF, CRLF or the end of the stream. No cell of these files
/// may hold a line break, so none is looked for inside quotes.
/// </summary>
internal sealed class CsvLineReader(Stream stream, int maxLineBytes)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly byte[] _buffer = new byte[Math.Max(maxLineBytes, 1 << 16) * 2];
    private int _start, _end;
    private bool _ended;

    /// <summary>Bytes read of the stream.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>The line that <see cref="TryNext"/> or <see cref="NextAsync"/> moved to, without its end; valid until the next move.</summary>
    internal ReadOnlySpan<byte> Line => _buffer.AsSpan(LineStart, LineLength);

    /// <summary>From 1.</summary>
    internal long LineNumber { get; private set; }

    private int LineStart { get; set; }

    private int LineLength { get; set; }

    /// <summary>Moves to the next line if it is wholly in the buffer: the hot path, without a task.</summary>
    internal bool TryNext()
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var length = rest.IndexOf((byte)'\n');
        if (length < 0)
        {
            if (!_ended || rest.Length == 0) return false;
            length = rest.Length; // the last line, without an end
            Take(length, length);
            return true;
        }
        Take(length, length + 1);
        return true;
    }

    /// <summary>Moves to the next line, reading as much as it takes.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="CsvException">A line is too long, or the text is not UTF-8.</exception>
    internal async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        while (!TryNext())
        {
            if (_ended) return false;
            await FillAsync(cancellation);
        }
        return true;
    }

    private void Take(int length, int consumed)
    {
        LineStart = _start;
        LineLength = length > 0 && _buffer[_start + length - 1] == '\r' ? length - 1 : length;
        _start += consumed;
        LineNumber++;
        if (LineLength > maxLineBytes) ThrowTooLong();
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_end - _start > maxLineBytes + 1)
        {
            LineNumber++;
            ThrowTooLong();
        }
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }
        var first = BytesRead == 0;
        // The first bytes say what kind of text it is: wait for four of them, or the end.
        do
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            _ended = read == 0;
            _end += read;
            BytesRead += read;
        }
        while (first && _end < 4 && !_ended);
        if (first) CheckStart();
    }

    private void CheckStart()
    {
        var start = _buffer.AsSpan(0, _end);
        if (start.StartsWith(ByteOrderMark)) _start = ByteOrderMark.Length;
        else if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..])
            throw new CsvException(CsvError.Encoding, "csv_encoding", "The text is UTF-16; expected UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8').");
    }

    private void ThrowTooLong() => throw new CsvException(CsvError.TooLarge, "csv_line_too_long",
        $"Line {LineNumber} is longer than {maxLineBytes} bytes; a row of 784 pixels needs fewer than 5,000.", LineNumber);
}
