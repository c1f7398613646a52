using System.Buffers;

namespace MnistService.Model.Datasets;

/// <summary>
/// Cuts a stream into lines in the buffer that it was read into; that buffer is handed on with the lines in it, and what follows
/// them is carried over into the next. A line ends with LF, CRLF or the end of the stream. No cell of these files may hold a
/// line break, so none is looked for inside quotes.
/// </summary>
internal sealed class CsvLineReader : IDisposable
{
    private const int Around = PlainCsvRow.Lead + PlainCsvRow.Slack;

    private readonly Stream _stream;
    private readonly int _maxLineBytes;
    private byte[] _text;
    private int _start = PlainCsvRow.Lead, _searched = PlainCsvRow.Lead, _end = PlainCsvRow.Lead; // the next line; what is known to hold no end of it; what was read

    /// <param name="stream">Left open.</param>
    /// <param name="maxLineBytes">Bytes of a line at most.</param>
    /// <param name="blockBytes">Bytes of text that are read before they are handed on.</param>
    internal CsvLineReader(Stream stream, int maxLineBytes, int blockBytes)
    {
        (_stream, _maxLineBytes) = (stream, maxLineBytes);
        _text = ArrayPool<byte>.Shared.Rent(blockBytes);
        if (_text.Length < 2 * Around) _text = Larger(_text, 2 * Around);
        _text[PlainCsvRow.Lead - 1] = (byte)'\n'; // stands before every line
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Bytes read of the stream.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>The line that <see cref="TryNext"/> moved to, without its end; valid until the next <see cref="FillAsync"/> or <see cref="HandOver"/>.</summary>
    internal ReadOnlySpan<byte> Line => _text.AsSpan(LineStart, LineLength);

    internal int LineStart { get; private set; }

    internal int LineLength { get; private set; }

    /// <summary>From 1.</summary>
    internal long LineNumber { get; private set; }

    /// <summary>The stream has ended; the last line may still be to come.</summary>
    internal bool Ended { get; private set; }

    /// <summary>Too little room is left to read on into without moving what is there.</summary>
    internal bool IsFull => Room < _text.Length / 16;

    private int Room => _text.Length - PlainCsvRow.Slack - _end;

    /// <summary>Moves to the next line if it has wholly been read.</summary>
    /// <exception cref="CsvException">The line is too long.</exception>
    internal bool TryNext()
    {
        var length = _text.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (length < 0)
        {
            _searched = _end;
            if (!Ended || _start == _end) return false;
            Take(_end, _end); // the last line, without an end
            return true;
        }
        Take(_searched + length, _searched + length + 1);
        return true;
    }

    /// <summary>Back before the line that <see cref="TryNext"/> moved to.</summary>
    internal void StepBack()
    {
        (_start, _searched) = (LineStart, LineStart);
        LineNumber--;
    }

    /// <summary>Reads on, once. Lines that were taken may move or go unless <see cref="IsFull"/> was false.</summary>
    /// <exception cref="CsvException">The line at hand is too long, or the text is not UTF-8.</exception>
    internal async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_end - _start > _maxLineBytes + 1)
        {
            LineNumber++;
            ThrowTooLong();
        }
        if (IsFull) MakeRoom();
        var first = BytesRead == 0;
        // The first bytes say what kind of text it is: wait for four of them, or the end.
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

    /// <summary>Gives the buffer with the lines that were taken away, and goes on in another.</summary>
    /// <param name="free">A buffer of the pool that nobody uses any more, or an empty one.</param>
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
        var grows = _end - _start > full.Length / 2; // by one long line
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
