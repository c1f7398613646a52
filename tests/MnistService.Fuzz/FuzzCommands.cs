using System.Runtime.InteropServices;
using System.Text;
using SharpFuzz;

namespace MnistService.Fuzz;

// ./fuzz TARGET MINUTES                                           looks for inputs that break a promise, with AFL++; see the script
// dotnet run --project tests/MnistService.Fuzz -- TARGET FILE...  reads files as the target does, and says which break a promise
//
// The script's own: "seeds TARGET FOLDER" writes the target's seeds and finds, and FOLDER.dict, "afl TARGET" is what afl-fuzz runs.
internal static class FuzzCommands
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["afl", var name]:
                CountBeforeTheStart();
                var target = FuzzTargets.Find(name);
                foreach (var seed in target.Seeds) target.Read(seed); // what is made once must not look like another path later
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

    /// <summary>Instrumented code counts where it is told to, also before afl-fuzz has said where: into memory that nobody reads.</summary>
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
