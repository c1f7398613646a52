using System.Text;
using MnistService.TestSupport;
using Sylvan.Data.Csv;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Compares pixels and labels of random files with those that a general CSV library reads.</summary>
public sealed class CsvOracleTests
{
    [Fact]
    public async Task Random_files_are_read_as_an_independent_library_reads_them()
    {
        foreach (var seed in TestSeed.Each(0, 25))
        {
            var random = new Random(seed);
            var text = Write(random);
            var (pixels, labels) = ReadBySylvan(text);
            var content = await CsvFiles.ReadAsync(text, random.Next(1, 5000));
            Assert.Equal(pixels, content.Pixels);
            if (content.HasLabels) Assert.Equal(labels, content.Labels);
            Assert.Equal(labels.Length > 0, content.HasLabels);
        }
    }

    private static string Write(Random random)
    {
        var columns = CsvFiles.Pixels.ToList();
        if (random.Next(2) == 0) columns = [.. columns.OrderBy(_ => random.Next())];
        if (random.Next(2) == 0) columns.Insert(random.Next(785), "label");
        var newline = random.Next(2) == 0 ? "\n" : "\r\n";
        var text = new StringBuilder(string.Join(',', columns.Select(Quoted))).Append(newline);
        for (var rows = random.Next(1, 20); rows > 0; rows--)
            text.Append(string.Join(',', columns.Select(column => Quoted($"{random.Next(column == "label" ? 10 : 256)}")))).Append(rows == 1 && random.Next(2) == 0 ? "" : newline);
        return text.ToString();

        string Quoted(string cell) => random.Next(20) == 0 ? $"\"{cell}\"" : cell;
    }

    private static (byte[] Pixels, byte[] Labels) ReadBySylvan(string text)
    {
        using var reader = CsvDataReader.Create(new StringReader(text));
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var order = CsvFiles.Pixels.Select(name => names.IndexOf(name)).ToArray();
        var label = names.IndexOf("label");
        var (pixels, labels) = (new List<byte>(), new List<byte>());
        while (reader.Read())
        {
            pixels.AddRange(order.Select(column => (byte)reader.GetInt32(column)));
            if (label >= 0) labels.Add((byte)reader.GetInt32(label));
        }
        return ([.. pixels], [.. labels]);
    }
}
