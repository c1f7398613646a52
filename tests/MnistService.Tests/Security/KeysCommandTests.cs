using System.Diagnostics;
using System.Text.Json.Nodes;
using MnistService.Security;

namespace MnistService.Tests.Security;

/// <summary>The commands <c>keys add</c>, <c>keys list</c> and <c>keys remove</c>.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-keys-").FullName;

    private string File => Keys.FileIn(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (int ExitCode, string Output, string Notes) Run(params string[] words)
    {
        using var output = new StringWriter();
        using var notes = new StringWriter();
        return (new KeysCommand(File, output, notes).Execute(words), output.ToString(), notes.ToString());
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_key_is_printed_once_and_kept_as_a_hash_that_its_owner_alone_may_read()
    {
        var (exitCode, output, notes) = Run("add", "kiosk", "predict,train");

        Assert.Equal(0, exitCode);
        var key = output.Trim();
        Assert.Matches("^mnist_[A-Za-z0-9_-]{43}$", key);
        Assert.DoesNotContain(key, notes, StringComparison.Ordinal);
        var text = System.IO.File.ReadAllText(File);
        Assert.DoesNotContain(key[6..], text, StringComparison.Ordinal);
        var entry = Assert.Single(JsonNode.Parse(text)!.AsArray())!;
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key))), (string?)entry["sha256"]);
        Assert.Equal(["predict", "train"], entry["scopes"]!.AsArray().Select(scope => (string?)scope));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void No_two_keys_are_alike() => Assert.NotEqual(Run("add", "a", "predict").Output, Run("add", "b", "predict").Output);

    [Fact]
    public void The_list_has_names_and_scopes_and_no_hash()
    {
        Run("add", "kiosk", "predict");
        Run("add", "operator", "predict,admin");
        var (exitCode, output, _) = Run("list");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"\Akiosk +predict +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\r?\noperator +admin +\d{4}-.*Z\r?\n\z", output);
    }

    [Fact]
    public void A_removed_key_is_gone_and_the_last_one_leaves_a_list_that_is_empty()
    {
        Run("add", "kiosk", "predict");
        Assert.Equal(0, Run("remove", "kiosk").ExitCode);
        Assert.Empty(ApiKeyFile.Read(File));
    }

    [Theory]
    [InlineData("add kiosk predict", "'kiosk'")]
    [InlineData("add a/b predict", "'a/b'")]
    [InlineData("add ../../x predict", "'../../x'")]
    [InlineData("add new", "keys add NAME SCOPES")]
    [InlineData("add new predict,fly", "'predict,fly'")]
    [InlineData("add new Predict", "'Predict'")]
    [InlineData("add new ,", "','")]
    [InlineData("remove nobody", "'nobody'")]
    [InlineData("remove", "keys remove NAME")]
    [InlineData("", "keys list")]
    [InlineData("steal", "keys list")]
    public void What_cannot_be_done_is_said_and_changes_nothing(string words, string message)
    {
        Run("add", "kiosk", "predict");
        var before = System.IO.File.ReadAllText(File);
        var (exitCode, output, notes) = Run(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(message, notes, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("""[{"name":"a","sha256":"00","scopes":["predict"],"createdAt":"2026-01-01T00:00:00Z"}]""")]
    [InlineData("""[{"name":"a","sha256":"0000000000000000000000000000000000000000000000000000000000000000","scopes":[],"createdAt":"2026-01-01T00:00:00Z"}]""")]
    [InlineData("""[{"name":"a","sha256":"0000000000000000000000000000000000000000000000000000000000000000","scopes":[null],"createdAt":"2026-01-01T00:00:00Z"}]""")]
    [InlineData("""[{"name":"a b","sha256":"0000000000000000000000000000000000000000000000000000000000000000","scopes":["admin"],"createdAt":"2026-01-01T00:00:00Z"}]""")]
    [InlineData("""[{"name":"a","sha256":"0000000000000000000000000000000000000000000000000000000000000000","scopes":["admin"]}]""")]
    [InlineData("""[{"name":null,"sha256":null,"scopes":null,"createdAt":"2026-01-01T00:00:00Z"}]""")]
    [InlineData("""[{"name":"a","sha256":"0000000000000000000000000000000000000000000000000000000000000000","scopes":["admin"],"createdAt":"2026-01-01T00:00:00Z","expires":"2026-02-01"}]""")]
    public void A_file_that_holds_no_keys_is_left_as_it_is(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text);
        var (exitCode, output, notes) = Run("add", "kiosk", "predict");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(File, notes, StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Who_comes_while_another_changes_the_keys_is_told_so()
    {
        Run("add", "kiosk", "predict");
        using (new FileStream($"{File}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)) Assert.Equal(1, Run("add", "second", "predict").ExitCode);
        Assert.Equal(0, Run("add", "second", "predict").ExitCode);
        Assert.Equal(["kiosk", "second"], ApiKeyFile.Read(File).Select(key => key.Name));
    }

    [Fact]
    public async Task The_program_itself_does_it_with_the_settings_of_the_service()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MnistService.dll"), "keys", "add", "kiosk", "predict", $"--MnistService:Data:Directory={Path.Combine(_folder, "data")}"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        using var process = Process.Start(start)!;
        var key = (await process.StandardOutput.ReadToEndAsync(TestHttp.Cancellation)).Trim();
        await process.WaitForExitAsync(TestHttp.Cancellation);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("kiosk", ApiKeyStore.Find(ApiKeyFile.Read(File), key)?.Name);
    }
}
