namespace MnistService.Fuzz;

/// <summary>A part of the service that reads bytes from strangers, and what must hold whatever they are. Used by AFL and by the tests alike.</summary>
public interface IFuzzTarget
{
    /// <summary>What the commands call it.</summary>
    string Name { get; }

    /// <summary>Inputs to begin with: small, most of them good.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Words of the format, which chance would not find.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>Reads an input. Returns when it was accepted and is as it should be, and when it was refused as is documented.</summary>
    /// <exception cref="FuzzFailedException">What was accepted is not as it should be, or reading took memory out of proportion.</exception>
    /// <remarks>Any other exception is one that the service does not expect.</remarks>
    void Read(byte[] input);
}
