using System.Runtime.InteropServices;
using System.Text;
using SharpFuzz;

namespace MnistService.Fuzz;

// ./fuzz TARGET MINUTES                                           searches for inputs that violate a contract, with AFL++; see the script
// dotnet run --project tests/MnistService.Fuzz -- TARGET FILE...  reads files with the target, and prints those that violate a contract
//
// For the script only: "seeds TARGET FOLDER" writes the target's seeds and regression inputs, and the dictionary FOLDER.dict;
// "afl TARGET" is the process that afl-fuzz runs.
internal static class FuzzCommands
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["afl", var name]:
                CountBeforeTheStart();
                var target = FuzzTargets.Find(name);
                foreach (var seed in target.Seeds) target.Read(seed); // warm-up: one-time initialization must not look like a new path later
                Fuzzer.OutOfProcess.Run(input =>
                {
                    using var copy = new MemoryStream();
                    input.CopyTo(copy);
                    target.Read(copy.ToArray());
                });
                return 0;
            case ["seeds", var name, var folder]:
                WriteSeeds(FuzzTargets.Find(name), folder);
                return 0;
            case [var name, _, ..]:
                return args[1..].Count(file => !Holds(FuzzTargets.Find(name), file));
            default:
                Console.Error.WriteLine($"Expected a target ({string.Join(", ", FuzzTargets.All.Select(t => t.Name))}) and files.");
                return 2;
        }
    }

    /// <summary>
    /// Allocates a coverage map. Instrumented code writes coverage counts from its start, before afl-fuzz has supplied its shared memory; these counts are
    /// discarded.
    /// </summary>
    private static unsafe void CountBeforeTheStart() => SharpFuzz.Common.Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(1 << 16);

    private static bool Holds(IFuzzTarget target, string file)
    {
        try
        {
            target.Read(File.ReadAllBytes(file));
            return true;
        }
        catch (Exception e)
        {
            Console.WriteLine($"{file}: {e}");
            return false;
        }
    }

    private static void WriteSeeds(IFuzzTarget target, string folder)
    {
        Directory.CreateDirectory(folder);
        byte[][] inputs = [.. target.Seeds, .. FuzzTargets.FindsOf(target).Select(find => find.Input)];
        for (var i = 0; i < inputs.Length; i++) File.WriteAllBytes(Path.Combine(folder, $"{i:000}"), inputs[i]);
        var words = new StringBuilder();
        foreach (var word in target.Words) words.Append('"').AppendJoin("", word.Select(b => $"\\x{b:x2}")).Append("\"\n");
        File.WriteAllText(folder + ".dict", words.ToString());
    }
}
