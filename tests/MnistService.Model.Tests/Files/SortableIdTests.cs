using Microsoft.Extensions.Time.Testing;
using MnistService.Model.Files;

namespace MnistService.Model.Tests.Files;

public sealed class SortableIdTests
{
    [Fact]
    public void Ids_sort_by_the_time_of_their_making()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var ids = new List<string>();
        for (var i = 0; i < 100; i++, time.Advance(TimeSpan.FromMilliseconds(1 + i * i))) ids.Add(SortableId.New(time));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.True(id.Length == 13 && SortableId.IsWellFormed(id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../etc")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("-a")]
    public void What_could_be_a_path_is_not_an_id(string id) => Assert.False(SortableId.IsWellFormed(id));
}
