namespace MnistService.Fuzz;

/// <summary>A parser of untrusted input, and the contract that it must fulfill for every input. Used by AFL and by the tests.</summary>
public interface IFuzzTarget
{
    /// <summary>Name of the target on the command line.</summary>
    string Name { get; }

    /// <summary>Initial inputs: small, most of them valid.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Dictionary of tokens of the format, which random mutations would not find.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>Parses an input. Returns normally if the input was accepted with a correct result, or rejected in the documented way.</summary>
    /// <exception cref="FuzzFailedException">The result of an accepted input is wrong, or parsing allocated disproportionate memory.</exception>
    /// <remarks>Any other exception is a bug in the service.</remarks>
    void Read(byte[] input);
}
