using System.Buffers;

namespace MnistService.Model.Datasets;

/// <summary>
/// Splits a stream into lines without copying them: each line is a part of the read buffer. <see cref="HandOver"/> passes the buffer to the caller and copies
/// only the bytes after the current line into another buffer. A line ends with LF, CRLF or the end of the stream. A line break inside quotes also ends the
/// line, because cells cannot contain line breaks.
/// </summary>
internal sealed class CsvLineReader : IDisposable
{
    private const int Around = PlainCsvRow.Lead + PlainCsvRow.Slack;

    private readonly Stream _stream;
    private readonly int _maxLineBytes;
    private byte[] _text;
    // Indexes into _text. _start: start of the next line. _searched: end of the part that was already searched for LF. _end: end of the bytes read.
    private int _start = PlainCsvRow.Lead, _searched = PlainCsvRow.Lead, _end = PlainCsvRow.Lead;

    /// <param name="stream">UTF-8 text. <see cref="Dispose"/> does not close the stream.</param>
    /// <param name="maxLineBytes">Maximum bytes per line, without the line break.</param>
    /// <param name="blockBytes">Minimum size of the read buffer in bytes.</param>
    internal CsvLineReader(Stream stream, int maxLineBytes, int blockBytes)
    {
        (_stream, _maxLineBytes) = (stream, maxLineBytes);
        _text = ArrayPool<byte>.Shared.Rent(blockBytes);
        if (_text.Length < 2 * Around) _text = Larger(_text, 2 * Around);
        _text[PlainCsvRow.Lead - 1] = (byte)'\n'; // PlainCsvRow requires an LF or a comma before each row
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Total number of bytes read from the stream.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>The current line without its line break. Valid until the next call of <see cref="FillAsync"/> or <see cref="HandOver"/>.</summary>
    internal ReadOnlySpan<byte> Line => _text.AsSpan(LineStart, LineLength);

    /// <summary>Index of the current line's first byte in the read buffer.</summary>
    internal int LineStart { get; private set; }

    internal int LineLength { get; private set; }

    /// <summary>Number of the current line, from 1; 0 before the first line.</summary>
    internal long LineNumber { get; private set; }

    /// <summary>Whether the end of the stream was reached. Unread lines may remain in the buffer.</summary>
    internal bool Ended { get; private set; }

    /// <summary>Whether less than 1/16 of the buffer is free, so that the next <see cref="FillAsync"/> moves the unread bytes to make room.</summary>
    internal bool IsFull => Room < _text.Length / 16;

    private int Room => _text.Length - PlainCsvRow.Slack - _end;

    /// <summary>Advances to the next line if the buffer contains the complete line.</summary>
    /// <returns><c>false</c> if <see cref="FillAsync"/> must be called first, or if the stream has ended and no line remains.</returns>
    /// <exception cref="CsvException">The line is longer than the maximum number of bytes per line.</exception>
    internal bool TryNext()
    {
        var length = _text.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (length < 0)
        {
            _searched = _end;
            if (!Ended || _start == _end) return false;
            Take(_end, _end); // the last line has no line break
            return true;
        }
        Take(_searched + length, _searched + length + 1);
        return true;
    }

    /// <summary>Unreads the current line: the next <see cref="TryNext"/> reads the same line again. Call this at most once per line.</summary>
    internal void StepBack()
    {
        (_start, _searched) = (LineStart, LineStart);
        LineNumber--;
    }

    /// <summary>
    /// Reads more bytes from the stream. If <see cref="IsFull"/> is <c>true</c>, the method first moves the unread bytes to the start of the buffer, or to a
    /// larger buffer if they fill more than half of the buffer. The positions of all earlier lines (<see cref="LineStart"/>) are then invalid.
    /// </summary>
    /// <exception cref="CsvException">
    /// The text is UTF-16, or the next line is incomplete and already longer than the maximum number of bytes per line.
    /// </exception>
    internal async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_end - _start > _maxLineBytes + 1)
        {
            LineNumber++;
            ThrowTooLong();
        }
        if (IsFull) MakeRoom();
        var first = BytesRead == 0;
        // CheckStart detects the encoding from the first bytes. The first call therefore reads at least four bytes, or up to the end of a shorter file.
        do
        {
            var read = await _stream.ReadAsync(_text.AsMemory(_end, Room), cancellation);
            Ended = read == 0;
            _end += read;
            BytesRead += read;
        }
        while (first && BytesRead < 4 && !Ended);
        if (first) CheckStart();
    }

    /// <summary>Passes the buffer with the lines read so far to the caller, and continues in another buffer.</summary>
    /// <param name="free">A rented buffer that is no longer in use, or an empty array. This reader takes ownership of the buffer.</param>
    /// <returns>The buffer with the lines. The caller returns it to <see cref="ArrayPool{T}.Shared"/> or passes it to a later call.</returns>
    internal byte[] HandOver(byte[] free)
    {
        var (full, rest) = (_text, _end - _start);
        _text = free.Length < Math.Max(full.Length, rest + 2 * Around) ? Larger(free, Math.Max(full.Length, rest + 2 * Around)) : free;
        CarryFrom(full);
        return full;
    }

    public void Dispose()
    {
        if (_text.Length > 0) ArrayPool<byte>.Shared.Return(_text);
        _text = [];
    }

    private static byte[] Larger(byte[] than, int bytes)
    {
        if (than.Length > 0) ArrayPool<byte>.Shared.Return(than);
        return ArrayPool<byte>.Shared.Rent(bytes);
    }

    private void MakeRoom()
    {
        var full = _text;
        var grows = _end - _start > full.Length / 2; // one unfinished line fills more than half of the buffer
        if (grows) _text = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        CarryFrom(full);
        if (grows) ArrayPool<byte>.Shared.Return(full);
    }

    private void CarryFrom(byte[] full)
    {
        full.AsSpan(_start, _end - _start).CopyTo(_text.AsSpan(PlainCsvRow.Lead));
        _text[PlainCsvRow.Lead - 1] = (byte)'\n';
        var moved = _start - PlainCsvRow.Lead;
        (_start, _searched, _end) = (PlainCsvRow.Lead, _searched - moved, _end - moved);
    }

    private void Take(int end, int next)
    {
        LineStart = _start;
        LineLength = end > _start && _text[end - 1] == '\r' ? end - 1 - _start : end - _start;
        (_start, _searched) = (next, next);
        LineNumber++;
        if (LineLength > _maxLineBytes) ThrowTooLong();
    }

    private void CheckStart()
    {
        var start = _text.AsSpan(_start, _end - _start);
        if (start.StartsWith(ByteOrderMark))
        {
            _start = _searched = _start + ByteOrderMark.Length;
            _text[_start - 1] = (byte)'\n';
        }
        else if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..])
            throw new CsvException(CsvError.Encoding, "csv_encoding", "The text is UTF-16; expected UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8').");
    }

    private void ThrowTooLong() => throw new CsvException(CsvError.TooLarge, "csv_line_too_long",
        $"Line {LineNumber} is longer than {_maxLineBytes} bytes; a row of 784 pixels needs fewer than 5,000.", LineNumber);
}
