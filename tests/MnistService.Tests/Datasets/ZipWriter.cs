using System.IO.Hashing;
using System.Text;

namespace MnistService.Tests.Datasets;

/// <summary>Writes zip files record by record, with uncompressed entries. It can write invalid files that no zip program creates.</summary>
internal sealed class ZipWriter
{
    private readonly MemoryStream _file = new();
    private readonly MemoryStream _directory = new();
    private int _entries;

    /// <summary>Offset of the next record in the file, in bytes.</summary>
    internal long Position => _file.Position;

    /// <summary>Creates a local header with its data. <see cref="Describe"/> adds the entry to the central directory.</summary>
    internal static byte[] Local(string name, byte[] data)
    {
        var record = new MemoryStream();
        using var to = new BinaryWriter(record);
        to.Write(0x04034b50);
        to.Write((ushort)20); // version
        to.Write((ushort)0); // flags
        to.Write((ushort)0); // stored
        to.Write(0); // time and date
        to.Write(Crc32.HashToUInt32(data));
        to.Write(data.Length);
        to.Write(data.Length);
        to.Write((ushort)name.Length);
        to.Write((ushort)0);
        to.Write(Encoding.ASCII.GetBytes(name));
        to.Write(data);
        return record.ToArray();
    }

    internal ZipWriter Append(byte[] record)
    {
        _file.Write(record);
        return this;
    }

    /// <summary>Adds an entry to the central directory.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="data">Uncompressed data of the entry, for its length and CRC-32.</param>
    /// <param name="offset">Offset of the entry's local header in the file, in bytes.</param>
    /// <param name="zip64">Whether lengths and offset are in a zip64 extra field.</param>
    internal ZipWriter Describe(string name, byte[] data, long offset, bool zip64 = false)
    {
        using var to = new BinaryWriter(_directory, Encoding.ASCII, leaveOpen: true);
        to.Write(0x02014b50);
        to.Write((ushort)45);
        to.Write((ushort)45);
        to.Write(0); // flags and method
        to.Write(0); // time and date
        to.Write(Crc32.HashToUInt32(data));
        to.Write(zip64 ? uint.MaxValue : (uint)data.Length);
        to.Write(zip64 ? uint.MaxValue : (uint)data.Length);
        to.Write((ushort)name.Length);
        to.Write((ushort)(zip64 ? 28 : 0));
        to.Write((ushort)0); // comment
        to.Write(0); // disk and attributes
        to.Write(0);
        to.Write(zip64 ? uint.MaxValue : (uint)offset);
        to.Write(Encoding.ASCII.GetBytes(name));
        if (zip64)
        {
            to.Write((ushort)1);
            to.Write((ushort)24);
            to.Write((long)data.Length);
            to.Write((long)data.Length);
            to.Write(offset);
        }
        _entries++;
        return this;
    }

    internal byte[] ToArray(bool zip64 = false)
    {
        var start = _file.Position;
        _file.Write(_directory.ToArray());
        using var to = new BinaryWriter(_file, Encoding.ASCII, leaveOpen: true);
        var end = _file.Position;
        if (zip64)
        {
            to.Write(0x06064b50);
            to.Write(44L);
            to.Write((ushort)45);
            to.Write((ushort)45);
            to.Write(0L); // disks
            to.Write((long)_entries);
            to.Write((long)_entries);
            to.Write(_directory.Length);
            to.Write(start);
            to.Write(0x07064b50);
            to.Write(0);
            to.Write(end);
            to.Write(1);
        }
        to.Write(0x06054b50);
        to.Write(0);
        to.Write(zip64 ? ushort.MaxValue : (ushort)_entries);
        to.Write(zip64 ? ushort.MaxValue : (ushort)_entries);
        to.Write(zip64 ? uint.MaxValue : (uint)_directory.Length);
        to.Write(zip64 ? uint.MaxValue : (uint)start);
        to.Write((ushort)0);
        to.Flush();
        return _file.ToArray();
    }
}
