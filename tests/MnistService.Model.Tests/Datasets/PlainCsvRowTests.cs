using System.Text;
using MnistService.Model.Datasets;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Compares the fast row parser with the general one: if the fast parser accepts a row, the pixels are equal; it accepts every plain row.</summary>
public sealed class PlainCsvRowTests
{
    private static readonly KaggleCsvRow Careful = new(KaggleCsvHeader.InOrder);

    [Fact]
    public void Plain_rows_are_read_as_the_careful_loop_reads_them()
    {
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var zeros = random.NextDouble();
            var row = string.Join(',', Enumerable.Range(0, 784).Select(_ => random.NextDouble() < zeros ? "0" : $"{random.Next(256)}"));
            var (read, pixels) = Read(row, random);
            Assert.True(read, row);
            Assert.Equal(ReadCarefully(row), pixels);
        }
    }

    [Fact]
    public void Every_value_is_read_at_every_place()
    {
        for (var value = 0; value < 256; value++)
        {
            for (var place = value % 8; place < 784; place += 8)
            {
                var cells = Enumerable.Repeat("0", 784).ToArray();
                cells[place] = $"{value}";
                var (read, pixels) = Read(string.Join(',', cells), new Random(place));
                Assert.True(read, $"{value} at {place}");
                Assert.Equal((place, value, value), (place, pixels[place], pixels.Sum(pixel => pixel)));
            }
        }
    }

    [Fact]
    public void Of_damaged_rows_it_reads_none_that_the_careful_loop_refuses()
    {
        var random = new Random(2);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var row = Damage(string.Join(',', Enumerable.Range(0, 784).Select(_ => random.Next(5) > 0 ? "0" : $"{random.Next(256)}")), random);
            var (fast, pixels) = Read(row, random);
            if (!fast) continue;
            read++;
            Assert.Equal(ReadCarefully(row), pixels);
        }
        Assert.InRange(read, 500, 19_500); // some damage leaves a valid row, with another digit
    }

    [Fact]
    public void Rows_at_the_edge_of_the_buffer_and_of_a_pixel_are_told_apart()
    {
        foreach (var (cell, plain) in new[] { ("255", true), ("256", false), ("007", true), ("00", true), ("0007", false), ("", false), ("-1", false), ("1.0", false), (" 1", false), ("\0", false) })
        {
            foreach (var place in new[] { 0, 1, 31, 32, 63, 64, 783 })
            {
                var cells = Enumerable.Repeat("0", 784).ToArray();
                cells[place] = cell;
                Assert.Equal((cell, place, plain), (cell, place, Read(string.Join(',', cells), new Random(place)).Read));
            }
        }
        foreach (var count in new[] { 1, 783, 785 }) Assert.False(Read(string.Join(',', Enumerable.Repeat("0", count)), new Random(0)).Read);
        Assert.False(Read("", new Random(0)).Read);
    }

    /// <summary>Parses the row inside a buffer with random bytes before and after it.</summary>
    private static (bool Read, byte[] Pixels) Read(string row, Random random)
    {
        var (start, length) = (random.Next(PlainCsvRow.Lead, 200), row.Length);
        var text = new byte[start + length + PlainCsvRow.Slack];
        for (var i = 0; i < text.Length; i++) text[i] = (byte)"0123456789,\n\r\"x"[random.Next(15)];
        text[start - 1] = random.Next(2) == 0 ? (byte)'\n' : (byte)',';
        Encoding.Latin1.GetBytes(row, text.AsSpan(start));
        var pixels = new byte[784];
        random.NextBytes(pixels);
        return (PlainCsvRow.TryRead(text, start, length, pixels), pixels);
    }

    private static byte[] ReadCarefully(string row)
    {
        var pixels = new byte[784];
        Careful.ReadCarefully(Encoding.Latin1.GetBytes(row), 1, pixels);
        return pixels;
    }

    private static string Damage(string row, Random random)
    {
        var text = new StringBuilder(row);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(text.Length);
            var other = ",,0123456789. \"\r;x"[random.Next(18)];
            switch (random.Next(3))
            {
                case 0: text[at] = other; break;
                case 1: text.Insert(at, other); break;
                default: text.Remove(at, 1); break;
            }
        }
        return text.ToString();
    }
}
