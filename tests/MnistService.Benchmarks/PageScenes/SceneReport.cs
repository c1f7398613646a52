using System.Globalization;
using MnistService.Drawings;
using MnistService.Drawings.Pages;
using SkiaSharp;

namespace MnistService.Benchmarks.PageScenes;

/// <summary>
/// Draws every kind of page scene with one seed, reads the images with the shipped model, and prints a table per kind. Single digits: right, wrong and refused,
/// right and accepted as a digit, and called several digits. Numbers: completely right. Non-digits: not accepted as a digit; refused images count as rejected.
/// </summary>
internal static class SceneReport
{
    private const int Columns = 6;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <param name="args">[SEED] [PER_KIND] [--sheets FOLDER] [--only TEXT]; by default a seed from the clock, 100 scenes per kind, no sheets, all kinds.</param>
    /// <returns>Exit code 0; 2 for invalid arguments.</returns>
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
        var (seed, perKind) = (numbers.Count > 0 ? numbers[0] : Environment.TickCount & int.MaxValue, numbers.Count > 1 ? numbers[1] : 100);
        PageKind[] kinds = [.. PageKinds.All.Where(kind => kind.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        if (perKind == 0) return Fail("PER_KIND must be at least 1.");
        if (kinds.Length == 0) return Fail($"No kind of scene has a name that contains '{only}'.");
        Write(seed, perKind, sheets, kinds);
        return 0;
    }

    private static int Usage() => Fail("Usage: scenes [SEED] [PER_KIND] [--sheets FOLDER] [--only PART_OF_A_KIND]");

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }

    private static void Write(int seed, int perKind, string? sheets, PageKind[] kinds)
    {
        if (sheets is not null) Directory.CreateDirectory(sheets);
        using var reader = new SceneReader();
        Console.WriteLine(string.Create(Invariant, $"Seed {seed}, {perKind} scenes per kind."));
        Table(PageContent.Digit, "| single digit | right | wrong | refused | of | right % | right and `isDigit` % | several | most frequent error |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |", DigitRow);
        Table(PageContent.Number, "| several digits | right | of | right % | several | refused |\n| --- | ---: | ---: | ---: | ---: | ---: |", NumberRow);
        Table(PageContent.NonDigit, "| not a digit | rejected | of | rejected % | several | refused |\n| --- | ---: | ---: | ---: | ---: | ---: |", NonDigitRow);

        void Table(PageContent content, string header, Func<string, SceneAnswer[], string> row)
        {
            var (shown, together) = (kinds.Where(kind => kind.Content == content).ToArray(), new List<SceneAnswer>());
            if (shown.Length > 0) Console.WriteLine($"\n{header}");
            foreach (var kind in shown)
            {
                var answers = Read(kind);
                together.AddRange(answers);
                foreach (var part in answers.GroupBy(answer => RowName(kind, answer)).OrderBy(part => part.Key)) Console.WriteLine(row(part.Key, [.. part]));
            }
            if (shown.Length > 1) Console.WriteLine(row("**all together**", [.. together]));
        }

        SceneAnswer[] Read(PageKind kind)
        {
            var answers = reader.Read(kind, seed, perKind);
            if (sheets is not null) WriteSheets(Path.Combine(sheets, kind.Name.Replace(' ', '-')), kind.Content, answers);
            return answers;
        }
    }

    /// <summary>Rows of digits have two rows in the table, because their goals differ.</summary>
    private static string RowName(PageKind kind, SceneAnswer answer) =>
        kind.Name != Numbers.RowOfDigits ? kind.Name : answer.Scene.Truth.Boxes.Count <= 3 ? $"{kind.Name}, 2–3" : $"{kind.Name}, 4–{PageRanges.MaxDigits}";

    private static string DigitRow(string name, SceneAnswer[] answers)
    {
        var (right, refused) = (answers.Count(answer => answer.IsRight), answers.Count(answer => answer.Error is not null));
        var error = answers.Where(answer => answer.Error is not null).CountBy(answer => answer.Error!).OrderByDescending(count => count.Value).Select(count => $"`{count.Key}`").FirstOrDefault("");
        var accepted = answers.Count(answer => answer.IsRight && answer.IsDigit);
        return string.Create(Invariant, $"| {name} | {right} | {answers.Length - right - refused} | {refused} | {answers.Length} | {Percent(right, answers)} | {Percent(accepted, answers)} | {Several(answers)} | {error} |");
    }

    private static string NumberRow(string name, SceneAnswer[] answers) => Row(name, answers.Count(answer => answer.IsRight), answers);

    private static string NonDigitRow(string name, SceneAnswer[] answers) => Row(name, answers.Count(answer => !answer.IsDigit), answers);

    private static string Row(string name, int good, SceneAnswer[] answers) =>
        $"| {name} | {good} | {answers.Length} | {Percent(good, answers)} | {Several(answers)} | {answers.Count(answer => answer.Error is not null)} |";

    private static string Percent(int count, SceneAnswer[] answers) => (100.0 * count / answers.Length).ToString("F1", Invariant);

    private static int Several(SceneAnswer[] answers) => answers.Count(answer => answer.IsSeveral);

    /// <summary>Writes contact sheets, wrong answers first: the whole images and, for single digits, sections around the digits.</summary>
    private static void WriteSheets(string path, PageContent content, SceneAnswer[] answers)
    {
        WriteSheet($"{path}.png", scene => scene.Bytes);
        if (content == PageContent.Digit) WriteSheet($"{path}-section.png", Section);

        void WriteSheet(string file, Func<PageScene, byte[]> image)
        {
            var sheet = new ContactSheet(Columns);
            foreach (var answer in answers.OrderBy(answer => answer.IsGood(content))) sheet.Add(image(answer.Scene), answer.Frame, answer.IsGood(content));
            sheet.Save(file);
        }
    }

    /// <summary>Returns the part of a scene around its digit, twice as large as the digit.</summary>
    private static byte[] Section(PageScene scene)
    {
        using var bitmap = SKBitmap.Decode(scene.Bytes);
        var box = scene.Truth.Boxes[0];
        var margin = Math.Max(box.Width, box.Height) / 2;
        var section = SKRectI.Intersect(SKRectI.Inflate(box, margin, margin), new(0, 0, bitmap.Width, bitmap.Height));
        using var part = new SKBitmap();
        bitmap.ExtractSubset(part, section);
        using var png = part.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
