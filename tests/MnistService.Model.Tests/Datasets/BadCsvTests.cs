using System.Text;
using MnistService.Model.Datasets;
using static MnistService.Model.Tests.Datasets.CsvFiles;

namespace MnistService.Model.Tests.Datasets;

/// <summary>Invalid files are rejected with a stable code, and with line and column where they apply.</summary>
public sealed class BadCsvTests
{
    private static string With(string row, int column, string cell) => string.Join(',', row.Split(',').Select((old, i) => i == column ? cell : old));

    private static async Task<CsvException> ErrorAsync(byte[] bytes)
    {
        var whole = await Assert.ThrowsAsync<CsvException>(() => ReadAsync(bytes));
        var pieces = await Assert.ThrowsAsync<CsvException>(() => ReadAsync(bytes, 5));
        Assert.Equal((whole.Code, whole.Line, whole.Column, whole.Message), (pieces.Code, pieces.Line, pieces.Column, pieces.Message));
        return whole;
    }

    private static Task<CsvException> ErrorAsync(string text) => ErrorAsync(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("NaN")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("seven")]
    [InlineData("1e2")]
    [InlineData("12.5")]
    [InlineData("12.")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("256")]
    [InlineData("1e309")]
    [InlineData("0x1F")]
    [InlineData("=cmd()")]
    [InlineData("\0")]
    [InlineData("٣")]
    [InlineData("99999999999999999999")]
    [InlineData("\"1")]
    public async Task A_bad_value_is_named_with_line_and_column(string cell)
    {
        foreach (var column in new[] { 0, 391, 783 })
        {
            var error = await ErrorAsync($"{Header}\n{Row(0)}\n{With(Row(0), column, cell)}\n{Row(0)}\n");
            Assert.Equal((CsvError.Content, "csv_bad_value", 3L, column + 1), (error.Error, error.Code, error.Line, error.Column));
            Assert.Contains($"pixel{column}", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("10")]
    [InlineData("x")]
    [InlineData("")]
    public async Task A_bad_label_is_named(string label)
    {
        var error = await ErrorAsync($"label,{Header}\n1,{Row(0)}\n{label},{Row(0)}\n");
        Assert.Equal(("csv_bad_value", 3L, 1), (error.Code, error.Line, error.Column));
        Assert.Contains("label", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(783)]
    [InlineData(785)]
    [InlineData(1)]
    public async Task A_row_of_another_length_is_named_with_its_count(int cells)
    {
        var error = await ErrorAsync($"{Header}\n{Row(0)}\n{string.Join(',', Enumerable.Repeat(1, cells))}\n");
        Assert.Equal((CsvError.Content, "csv_wrong_cell_count", 3L), (error.Error, error.Code, error.Line));
        Assert.Contains($"has {cells} cells, expected 784", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pixel12", "", "missing: pixel12")]
    [InlineData("pixel12", "pixel11", "duplicate: 'pixel11'")]
    [InlineData("pixel12", "pixel784", "unexpected: 'pixel784'")]
    [InlineData("pixel12", "id", "unexpected: 'id'")]
    [InlineData("pixel12", "pixel-1", "unexpected: 'pixel-1'")]
    public async Task A_wrong_header_is_named_column_by_column(string name, string other, string expected)
    {
        var error = await ErrorAsync($"{string.Join(',', Pixels.Select(pixel => pixel == name ? other : pixel))}\n{Row(0)}\n");
        Assert.Equal((CsvError.Content, "csv_bad_header", 1L), (error.Error, error.Code, error.Line));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_labels_or_numbers_of_another_count_are_a_wrong_header()
    {
        Assert.Equal("csv_bad_header", (await ErrorAsync($"label,{Header},label\n1,{Row(0)},1\n")).Code);
        var error = await ErrorAsync($"7,{Row(0)}\n");
        Assert.Contains("785 numbers and is not a header", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(';', "semicolons")]
    [InlineData('\t', "tabs")]
    public async Task Another_separator_is_named(char separator, string name)
    {
        var error = await ErrorAsync($"{Header}\n{Row(0)}\n".Replace(',', separator));
        Assert.Equal(("csv_separator", 1L), (error.Code, error.Line));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, (await ErrorAsync($"{Header}\n{Row(0).Replace(',', separator)}\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_only_blanks_and_a_header_alone_are_told_apart()
    {
        Assert.Equal((CsvError.Empty, "csv_empty"), await KindAsync(""));
        Assert.Equal((CsvError.Content, "csv_no_rows"), await KindAsync("\n \r\n\n"));
        Assert.Equal((CsvError.Content, "csv_no_rows"), await KindAsync(Header + "\n"));
        Assert.Equal((CsvError.Content, "csv_no_rows"), await KindAsync(Header));

        async Task<(CsvError, string)> KindAsync(string text) => await ErrorAsync(text) is var error ? (error.Error, error.Code) : default;
    }

    [Fact]
    public async Task A_blank_line_in_the_middle_is_named_because_ids_would_shift()
    {
        var error = await ErrorAsync($"{Header}\n{Row(0)}\n\n{Row(0)}\n");
        Assert.Equal(("csv_blank_line", 3L), (error.Code, error.Line));
    }

    [Fact]
    public async Task Utf16_is_another_encoding()
    {
        foreach (var encoding in new Encoding[] { new UnicodeEncoding(false, true), new UnicodeEncoding(true, true), new UnicodeEncoding(false, false) })
            Assert.Equal((CsvError.Encoding, "csv_encoding"), await ErrorAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(Header)]) is var e ? (e.Error, e.Code) : default);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_shown_as_something_printable()
    {
        var error = await ErrorAsync([.. Encoding.ASCII.GetBytes($"{Header}\n"), 0xFF, 0xC0, 0x07, .. Encoding.ASCII.GetBytes(Row(0)[1..] + "\n")]);
        Assert.Equal(("csv_bad_value", 2L, 1), (error.Code, error.Line, error.Column));
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public async Task What_a_cell_held_is_shown_short()
    {
        var error = await ErrorAsync($"{Header}\n{With(Row(0), 2, new string('9', 10_000))}\n");
        Assert.InRange(error.Message.Length, 20, 200);
    }
}
