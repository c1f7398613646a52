using MnistService.Model.Architectures;
using MnistService.Model.Registry;

namespace MnistService.Model.Tests.Registry;

public sealed class DefaultNameTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 26, 17, 10, 0, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("MNIST + strokes", "CNN, MNIST + strokes, 26 Nov 16:10")]
    [InlineData("imported", "CNN, imported, 26 Nov 16:10")]
    public void A_model_is_named_by_its_network_and_its_source(string source, string name) => Assert.Equal(name, DefaultName.OfModel(NetworkKind.Cnn, source, Time));

    [Fact]
    public void A_long_source_is_cut_between_characters()
    {
        for (var length = 60; length < 90; length++) // the cut falls on both halves of the last character
        {
            var name = DefaultName.OfModel(NetworkKind.Mlp, new string('x', length) + string.Concat(Enumerable.Repeat("𝟙", 30)), Time);
            Assert.InRange(name.Length, DefaultName.MaxLength - 1, DefaultName.MaxLength);
            Assert.EndsWith("…, 26 Nov 16:10", name, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(name)));
        }
    }

    [Theory]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, "digits 0–9, 26 Nov 16:10")]
    [InlineData(new[] { 0, 24, 0, 0, 0, 0, 0, 0, 0, 0 }, "digit 1, 26 Nov 16:10")]
    [InlineData(new[] { 0, 24, 0, 0, 0, 0, 0, 8, 0, 0 }, "digits 1, 7, 26 Nov 16:10")]
    public void A_data_set_is_named_by_its_digits(int[] labels, string name) => Assert.Equal(name, DefaultName.OfDataset(labels, Time));
}
