using System.Globalization;
using MnistService.Drawings;
using MnistService.Drawings.Pages;
using SkiaSharp;

namespace MnistService.Benchmarks.PageScenes;

/// <summary>
/// Draws every kind of page scene with one seed, reads the images with the shipped model, and prints a table per kind. Single digits: right, wrong and refused.
/// Numbers and non-digits: answers with a confidence of at least 0.9, all of which are wrong.
/// </summary>
internal static class SceneReport
{
    private const int Columns = 6;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <param name="args">[SEED] [PER_KIND] [--sheets FOLDER] [--only TEXT]; by default a seed from the clock, 100 scenes per kind, no sheets, all kinds.</param>
    /// <returns>Exit code 0; 2 for wrong arguments.</returns>
    public static int Run(string[] args)
    {
        var (numbers, sheets, only) = (new List<int>(), (string?)null, "");
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--sheets" && i + 1 < args.Length) sheets = args[++i];
            else if (args[i] == "--only" && i + 1 < args.Length) only = args[++i];
            else if (int.TryParse(args[i], NumberStyles.None, Invariant, out var number) && numbers.Count < 2) numbers.Add(number);
            else return Usage();
        }
        var seed = numbers.Count > 0 ? numbers[0] : Environment.TickCount & int.MaxValue;
        Write(seed, numbers.Count > 1 ? numbers[1] : 100, sheets, only);
        return 0;
    }

    private static int Usage()
    {
        Console.Error.WriteLine("Usage: scenes [SEED] [PER_KIND] [--sheets FOLDER] [--only PART_OF_A_KIND]");
        return 2;
    }

    private static void Write(int seed, int perKind, string? sheets, string only)
    {
        if (sheets is not null) Directory.CreateDirectory(sheets);
        using var reader = new SceneReader();
        var all = new List<(PageKind Kind, SceneAnswer[] Answers)>();
        Console.WriteLine(string.Create(Invariant, $"Seed {seed}, {perKind} scenes per kind.\n"));
        Console.WriteLine("| single digit | right | wrong | refused | of | right % | most frequent error |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var kind in Kinds(PageContent.Digit))
        {
            var answers = Read(kind);
            all.Add((kind, answers));
            Console.WriteLine(DigitRow(kind.Name, answers));
        }
        if (all.Count > 1) Console.WriteLine(DigitRow("**all together**", [.. all.SelectMany(kind => kind.Answers)]));
        foreach (var (content, title) in new[] { (PageContent.Number, "several digits"), (PageContent.NonDigit, "not a digit") })
        {
            if (!Kinds(content).Any()) continue;
            Console.WriteLine($"\n| {title} | one digit, confidence ≥ 0.9 | of | % | refused |\n| --- | ---: | ---: | ---: | ---: |");
            var together = new List<SceneAnswer>();
            foreach (var kind in Kinds(content))
            {
                var answers = Read(kind);
                together.AddRange(answers);
                Console.WriteLine(OtherRow(kind.Name, answers));
            }
            Console.WriteLine(OtherRow("**all together**", [.. together]));
        }

        SceneAnswer[] Read(PageKind kind)
        {
            var answers = reader.Read(kind, seed, perKind);
            if (sheets is not null) WriteSheets(Path.Combine(sheets, kind.Name.Replace(' ', '-')), kind.Content, answers);
            return answers;
        }

        IEnumerable<PageKind> Kinds(PageContent content) => PageKinds.All.Where(kind => kind.Content == content && kind.Name.Contains(only, StringComparison.OrdinalIgnoreCase));
    }

    private static string DigitRow(string name, SceneAnswer[] answers)
    {
        var (right, refused) = (answers.Count(answer => answer.IsRight), answers.Count(answer => answer.Error is not null));
        var error = answers.Where(answer => answer.Error is not null).CountBy(answer => answer.Error!).OrderByDescending(count => count.Value).Select(count => $"`{count.Key}`").FirstOrDefault("");
        return string.Create(Invariant, $"| {name} | {right} | {answers.Length - right - refused} | {refused} | {answers.Length} | {100.0 * right / answers.Length:F1} | {error} |");
    }

    private static string OtherRow(string name, SceneAnswer[] answers)
    {
        var confident = answers.Count(answer => answer.IsConfident);
        return string.Create(Invariant, $"| {name} | {confident} | {answers.Length} | {100.0 * confident / Math.Max(1, answers.Length):F1} | {answers.Count(answer => answer.Error is not null)} |");
    }

    /// <summary>Writes two contact sheets, wrong answers first: the whole images, and sections around the digits.</summary>
    private static void WriteSheets(string path, PageContent content, SceneAnswer[] answers)
    {
        var (whole, sections) = (new ContactSheet(Columns), new ContactSheet(Columns));
        foreach (var answer in answers.OrderBy(answer => answer.IsGood(content)))
        {
            whole.Add(answer.Scene.Bytes, answer.Frame, answer.IsGood(content));
            sections.Add(Section(answer.Scene), answer.Frame, answer.IsGood(content));
        }
        whole.Save($"{path}.png");
        if (content == PageContent.Digit) sections.Save($"{path}-section.png");
    }

    /// <summary>Returns the part of a scene around its digit, twice as large as the digit.</summary>
    private static byte[] Section(PageScene scene)
    {
        using var bitmap = SKBitmap.Decode(scene.Bytes);
        if (scene.Truth.Boxes is not [var box]) return scene.Bytes;
        var margin = Math.Max(box.Width, box.Height) / 2;
        var section = SKRectI.Intersect(SKRectI.Inflate(box, margin, margin), new(0, 0, bitmap.Width, bitmap.Height));
        using var part = new SKBitmap();
        bitmap.ExtractSubset(part, section);
        using var png = part.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
