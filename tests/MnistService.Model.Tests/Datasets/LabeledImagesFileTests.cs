using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Model.Tests.Datasets;

/// <summary>The file of an image set: written incrementally, read back completely, and rejected if it is damaged.</summary>
public sealed class LabeledImagesFileTests : IDisposable
{
    private const int Count = 50;

    private readonly string _folder = Directory.CreateTempSubdirectory("images-").FullName;
    private readonly byte[] _pixels = new byte[Count * DigitImage.PixelCount];
    private readonly byte[] _labels = [.. Enumerable.Range(0, Count).Select(i => (byte)(i / 5))];

    public LabeledImagesFileTests() => new Random(1).NextBytes(_pixels);

    private string FilePath => Path.Combine(_folder, "set.images");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write()
    {
        using var writer = new LabeledImagesWriter(FilePath);
        for (var i = 0; i < Count; i += 10) writer.Add(_pixels.AsSpan(i * DigitImage.PixelCount, 10 * DigitImage.PixelCount), _labels.AsSpan(i, 10));
        Assert.Equal(Enumerable.Repeat(5, 10), writer.LabelCounts);
        Assert.False(File.Exists(FilePath));
        return writer.Complete();
    }

    [Fact]
    public void What_was_written_is_read()
    {
        var written = Write();
        var (images, sha256) = LabeledImagesFile.Read(FilePath);
        Assert.Equal(written, sha256);
        Assert.Equal(_pixels, images.Pixels);
        Assert.Equal(_labels, images.Labels);
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Single_images_are_read_from_the_file_and_before_it_is_complete()
    {
        using (var writer = new LabeledImagesWriter(FilePath))
        {
            writer.Add(_pixels, _labels);
            var pixels = new byte[3 * DigitImage.PixelCount];
            writer.ReadPixels(Count - 3, pixels);
            Assert.Equal(_pixels[((Count - 3) * DigitImage.PixelCount)..], pixels);
            Assert.Equal(_labels, writer.Labels.ToArray());
            Assert.Throws<ArgumentOutOfRangeException>(() => writer.ReadPixels(Count - 2, pixels));
            writer.Complete();
        }
        Assert.Equal(_pixels, LabeledImagesFile.Read(FilePath).Images.Pixels);
        var images = LabeledImagesFile.ReadImages(FilePath, [49, 0]);
        Assert.Equal(_pixels[(49 * DigitImage.PixelCount)..], images[0]);
        Assert.Equal(_pixels[..DigitImage.PixelCount], images[1]);
        Assert.Throws<InvalidDataException>(() => LabeledImagesFile.ReadImages(FilePath, [Count]));
        Assert.Throws<InvalidDataException>(() => LabeledImagesFile.ReadImages(FilePath, [-1]));
    }

    [Fact]
    public void Without_its_completion_nothing_is_left()
    {
        using (var writer = new LabeledImagesWriter(FilePath)) writer.Add(_pixels, _labels);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void The_checksum_is_of_the_content_however_it_was_cut()
    {
        var first = Write();
        using var writer = new LabeledImagesWriter(FilePath);
        writer.Add(_pixels, _labels);
        Assert.Equal(first, writer.Complete());
    }

    [Theory]
    [InlineData(0, 'X')] // magic
    [InlineData(8, 2)] // version
    [InlineData(12, 51)] // count
    [InlineData(15, 0x7F)] // a count of billions: rejected without an allocation
    [InlineData(15, 0xFF)] // a negative count
    [InlineData(16 + Count * 784, 10)] // a label
    public void A_byte_that_cannot_be_is_refused(int place, int value)
    {
        Write();
        var bytes = File.ReadAllBytes(FilePath);
        bytes[place] = (byte)value;
        File.WriteAllBytes(FilePath, bytes);
        Assert.Throws<InvalidDataException>(() => LabeledImagesFile.Read(FilePath));
    }

    [Fact]
    public void Cut_short_it_is_refused()
    {
        Write();
        var bytes = File.ReadAllBytes(FilePath);
        foreach (var length in new[] { 0, 8, 15, 16, 1000, bytes.Length - 1 })
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.Throws<InvalidDataException>(() => LabeledImagesFile.Read(FilePath));
        }
    }

    [Fact]
    public void A_shuffle_keeps_pictures_with_their_labels_and_is_always_the_same()
    {
        static LabeledImages Numbered() => new(
            [.. Enumerable.Range(0, Count).SelectMany(i => Enumerable.Repeat((byte)i, DigitImage.PixelCount))], [.. Enumerable.Range(0, Count).Select(i => (byte)(i / 5))]);
        var (one, two, other) = (Numbered(), Numbered(), Numbered());
        one.Shuffle(1);
        two.Shuffle(1);
        other.Shuffle(2);
        Assert.Equal(one.Pixels, two.Pixels);
        Assert.NotEqual(one.Pixels, other.Pixels);
        Assert.Equal(Enumerable.Range(0, Count), Enumerable.Range(0, Count).Select(i => (int)one.Pixels[i * DigitImage.PixelCount]).Order());
        for (var i = 0; i < Count; i++)
        {
            Assert.Single(one.Pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount).ToArray().Distinct());
            Assert.Equal(one.Pixels[i * DigitImage.PixelCount] / 5, one.Labels[i]);
        }
    }
}
