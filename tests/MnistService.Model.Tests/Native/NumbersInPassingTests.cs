using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using MnistService.Model.Architectures;
using MnistService.Model.Native;
using TorchSharp.Modules;

namespace MnistService.Model.Tests.Native;

/// <summary>
/// Architecture test: a number that is converted to a libtorch scalar must be stored in a variable or field. The garbage collector may free an unstored
/// temporary while libtorch still reads it. The test inspects the IL, where no conversion is implicit.
/// </summary>
public sealed class NumbersInPassingTests
{
    private const byte Call = 0x28;

    private static readonly string[] Operators = ["op_Addition", "op_Subtraction", "op_Multiply", "op_Division", "op_Modulus"];

    /// <summary>TorchSharp's operators convert the number in <c>tensor / 2</c> themselves and pass the temporary on directly.</summary>
    [Fact]
    public void No_operator_of_tensors_is_used()
    {
        using var file = new PEReader(File.OpenRead(typeof(Constants).Assembly.Location));
        var metadata = file.GetMetadataReader();
        Assert.DoesNotContain(metadata.MemberReferences.Select(handle => metadata.GetMemberReference(handle)),
            member => Operators.Contains(metadata.GetString(member.Name)) && TypeOf(metadata, member) == "Tensor");
    }

    /// <summary>TorchSharp's batch norm increments its batch counter with such a temporary; without a counter it does not.</summary>
    [Theory]
    [InlineData(NetworkKind.Cnn)]
    [InlineData(NetworkKind.Mlp)]
    public void No_normalisation_counts_its_batches(NetworkKind kind)
    {
        TorchRuntime.Load();
        using var network = Network.Create(kind);
        var normalizations = network.modules().OfType<NormBase>().ToList();
        Assert.NotEmpty(normalizations);
        Assert.All(normalizations, normalization => Assert.Null(normalization.num_batches_tracked));
    }

    [Fact]
    public void No_number_is_handed_to_libtorch_in_passing()
    {
        using var file = new PEReader(File.OpenRead(typeof(Constants).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var conversions = metadata.MemberReferences.Where(handle => IsConversion(metadata, metadata.GetMemberReference(handle)))
            .Select(handle => MetadataTokens.GetToken(handle)).ToHashSet();
        Assert.NotEmpty(conversions);
        var kept = 0;
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0) continue;
            var code = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            for (var at = 0; at + 5 < code.Length; at++)
            {
                if (code[at] != Call || !conversions.Contains(BitConverter.ToInt32(code, at + 1))) continue;
                Assert.True(IsStore(code.AsSpan(at + 5)),
                    $"{metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name)}.{metadata.GetString(method.Name)} hands a number on without keeping it.");
                kept++;
            }
        }
        Assert.InRange(kept, 5, int.MaxValue);
    }

    private static bool IsConversion(MetadataReader metadata, MemberReference member) =>
        metadata.GetString(member.Name) == "op_Implicit" && TypeOf(metadata, member) == "Scalar" || metadata.GetString(member.Name) == "ToScalar";

    private static string? TypeOf(MetadataReader metadata, MemberReference member) => member.Parent.Kind == HandleKind.TypeReference
        ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name)
        : null;

    /// <summary>True for a store instruction: all forms of stloc, stfld, stsfld (ECMA-335, partition III).</summary>
    private static bool IsStore(ReadOnlySpan<byte> code) => code is [(>= 0x0A and <= 0x0D) or 0x13 or 0x7D or 0x80, ..] or [0xFE, 0x0E, ..];
}
