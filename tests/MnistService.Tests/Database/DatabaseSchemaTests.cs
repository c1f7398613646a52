using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Startup;

namespace MnistService.Tests.Database;

/// <summary>The SQL script and the migrations create the same database schema.</summary>
public sealed class DatabaseSchemaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-schema-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_build_generated_the_script_from_the_migrations_of_this_build()
    {
        using var database = Databases("script").CreateDbContext();
        Assert.Equal(SchemaCommand.CreateScript(database), File.ReadAllText(new DatabaseSchema(Address("script")).Script));
    }

    [Fact]
    public void The_command_writes_the_script()
    {
        string[] command = ["schema", FileOf("script")];
        Assert.True(SchemaCommand.Is(command));
        Assert.Equal(0, SchemaCommand.Run(command));
        Assert.Equal(File.ReadAllText(new DatabaseSchema(Address("script")).Script), File.ReadAllText(FileOf("script")));
    }

    [Fact]
    public void Made_by_the_script_or_by_the_migrations_it_holds_the_same()
    {
        Assert.Equal(FileOf("script"), new DatabaseSchema(Address("script")).TryCreate());
        using (var database = Databases("migrations").CreateDbContext()) database.Database.Migrate();
        using (var database = Databases("script").CreateDbContext()) Assert.Empty(database.Database.GetPendingMigrations());
        Assert.True(new MigrationCheck(Address("script")).IsMigrated());
        Assert.Equal(Objects("migrations"), Objects("script"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a database")]
    public void A_file_that_is_there_is_left_alone(string content)
    {
        File.WriteAllText(FileOf("there"), content);
        Assert.Null(new DatabaseSchema(Address("there")).TryCreate());
        Assert.Equal(content, File.ReadAllText(FileOf("there")));
    }

    [Fact]
    public void Without_a_script_nothing_is_created_here_and_the_migrations_create_the_database()
    {
        Assert.Null(new DatabaseSchema(Address("none")) { Script = FileOf("absent") }.TryCreate());
        Assert.False(File.Exists(FileOf("none")));
    }

    private string FileOf(string name) => Path.Combine(_folder, name + ".db");

    private DatabaseConnectionString Address(string name) => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:MnistService", $"Data Source={FileOf(name)};Pooling=False")]).Build(),
        Options.Create(new DataOptions()));

    private DatabaseFactory Databases(string name) => new(Address(name), NullLoggerFactory.Instance);

    /// <summary>Names and SQL definitions of all objects in <c>sqlite_master</c>, except the table of EF Core's migration lock.</summary>
    private List<string> Objects(string name)
    {
        using var connection = new SqliteConnection(Address(name).ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_master WHERE name <> '__EFMigrationsLock' ORDER BY name";
        using var rows = command.ExecuteReader();
        var objects = new List<string>();
        while (rows.Read()) objects.Add(rows.GetString(0));
        return objects;
    }
}
