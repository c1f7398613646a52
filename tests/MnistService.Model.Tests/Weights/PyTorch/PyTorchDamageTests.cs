using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.Model.Tests.Weights.PyTorch;

/// <summary>Any damaged file is either read or rejected with <see cref="ModelFormatException"/>, without another exception and within seconds.</summary>
public sealed class PyTorchDamageTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3); // of processor time

    [Fact]
    public void Any_truncation_is_refused()
    {
        var started = ThreadTime.Now;
        foreach (var name in PyTorchFixtures.Names)
        {
            var file = PyTorchFixtures.Read(name);
            for (var length = 0; length < file.Length; length += 97)
                Assert.Throws<ModelFormatException>(() => PyTorchFile.Read(file.AsMemory(0, length)));
        }
        Assert.InRange(ThreadTime.Now - started, TimeSpan.Zero, Soon);
    }

    [Fact]
    public void Any_changed_byte_is_read_or_refused()
    {
        var random = new Random(97);
        var files = PyTorchFixtures.Names.Select(PyTorchFixtures.Read).ToList();
        var started = ThreadTime.Now;
        for (var i = 0; i < 3000; i++) ReadOrRefuse(Change((byte[])files[i % files.Count].Clone(), random));
        Assert.InRange(ThreadTime.Now - started, TimeSpan.Zero, Soon);
    }

    [Theory] // rebuilt archives: their checksum would stop most changes before the pickle runs
    [InlineData("zip")]
    [InlineData("zip-protocol-4")]
    [InlineData("layouts")]
    [InlineData("nested-state_dict")]
    public void Any_changed_byte_of_a_pickle_is_read_or_refused(string fixture)
    {
        var random = new Random(97);
        var pickle = PyTorchFixtures.Entry(fixture, "data.pkl");
        (string, byte[])[] storages = [.. Enumerable.Range(0, 4).Select(i => ($"data/{i}", PyTorchFixtures.Entry(fixture, $"data/{i}")))];
        var (started, read) = (ThreadTime.Now, 0);
        for (var i = 0; i < 3000; i++)
            if (ReadOrRefuse(PyTorchFixtures.Zip([("data.pkl", Change((byte[])pickle.Clone(), random)), .. storages]))) read++;
        Assert.InRange(read, 0, 2999);
        Assert.InRange(ThreadTime.Now - started, TimeSpan.Zero, Soon);
    }

    private static bool ReadOrRefuse(byte[] file)
    {
        try
        {
            foreach (var tensor in PyTorchFile.Read(file).Tensors)
            {
                var elements = tensor.Shape.Aggregate(1L, (product, length) => product * length);
                Assert.Equal(elements * (tensor.Type == StateType.I64 ? 8 : 4), tensor.Bytes.Length);
            }
            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    private static byte[] Change(byte[] file, Random random)
    {
        file[random.Next(file.Length)] ^= (byte)random.Next(1, 256);
        return file;
    }
}
