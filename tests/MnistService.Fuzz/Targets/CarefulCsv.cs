using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Fuzz.Targets;

/// <summary>
/// Reference parser (oracle) of a Kaggle CSV: splits the file into lines in memory, and parses each row cell by cell. The service must read the same.
/// </summary>
internal sealed class CarefulCsv(int maxLineBytes, int maxRows)
{
    internal CsvReading Read(byte[] file)
    {
        var reading = new CsvReading();
        try
        {
            ReadRows(Lines(file), reading);
        }
        catch (CsvException e)
        {
            reading.Refused(e);
        }
        return reading;
    }

    private void ReadRows(IEnumerable<byte[]> lines, CsvReading reading)
    {
        KaggleCsvRow? row = null;
        var (rows, blank, lineNumber) = (0, 0, 0);
        var pixels = new byte[DigitImage.PixelCount];
        foreach (var line in lines)
        {
            lineNumber++;
            if (line.Length > maxLineBytes) throw Refusal("csv_line_too_long", lineNumber);
            if (line.All(b => b is (byte)' ' or (byte)'\t'))
            {
                if (row is not null && blank == 0) blank = lineNumber;
                continue;
            }
            if (row is null)
            {
                var header = KaggleCsvHeader.Read(line, lineNumber);
                row = new(header ?? KaggleCsvHeader.InOrder);
                if (header is not null) continue;
            }
            if (blank > 0) throw Refusal("csv_blank_line", blank);
            if (rows++ == maxRows) throw Refusal("csv_too_many_rows", lineNumber);
            var label = row.ReadCarefully(line, lineNumber, pixels);
            reading.Add(pixels, [label]);
        }
        if (rows == 0) throw Refusal("csv_no_rows", null);
    }

    private static IEnumerable<byte[]> Lines(byte[] file)
    {
        if (file.Length == 0) throw Refusal("csv_empty", null);
        if (file is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..]) throw Refusal("csv_encoding", null);
        for (var at = file is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0; at < file.Length;)
        {
            var end = Array.IndexOf(file, (byte)'\n', at);
            var line = file[at..(end < 0 ? file.Length : end)];
            yield return line is [.. var text, (byte)'\r'] ? text : line;
            at = end < 0 ? file.Length : end + 1;
        }
    }

    private static CsvException Refusal(string code, long? line) => new(CsvError.Content, code, "", line);
}
