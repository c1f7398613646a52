using System.Buffers.Text;

namespace MnistService.Model.Datasets;

/// <summary>Writes a Kaggle submission file: header <c>ImageId,Label</c>, ids from 1 in row order, LF after each line.</summary>
public static class SubmissionCsvWriter
{
    private const int LongestLine = 10 + 1 + 1 + 1; // bytes of the id, the comma, the digit and the LF

    /// <param name="target">Output stream, which is not closed.</param>
    /// <param name="digits">One digit 0–9 per row.</param>
    public static void Write(Stream target, ReadOnlySpan<byte> digits)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Write("ImageId,Label\n"u8);
        Span<byte> block = stackalloc byte[4096];
        var used = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (block.Length - used < LongestLine)
            {
                target.Write(block[..used]);
                used = 0;
            }
            Utf8Formatter.TryFormat(i + 1, block[used..], out var written);
            used += written;
            block[used++] = (byte)',';
            block[used++] = (byte)('0' + digits[i]);
            block[used++] = (byte)'\n';
        }
        target.Write(block[..used]);
    }
}
