using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MnistService.Database;

/// <summary>Database context for the rows of submissions, data sets and training jobs. The files that belong to the rows are in the data directory.</summary>
internal sealed class ServiceDatabase(DbContextOptions<ServiceDatabase> options) : DbContext(options)
{
    public DbSet<SubmissionRecord> Submissions => Set<SubmissionRecord>();

    public DbSet<DatasetRecord> Datasets => Set<DatasetRecord>();

    public DbSet<TrainingJobRecord> TrainingJobs => Set<TrainingJobRecord>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SubmissionRecord>().HasIndex(s => s.CreatedAt);
        modelBuilder.Entity<DatasetRecord>().HasIndex(d => d.CreatedAt);
        modelBuilder.Entity<TrainingJobRecord>().HasIndex(j => j.CreatedAt);
        modelBuilder.Entity<TrainingJobRecord>().HasIndex(j => j.State);
        modelBuilder.Entity<TrainingJobRecord>().Property(j => j.PromotionJson).HasColumnName("ActivationJson"); // name of the column since version 1.0.0
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        // SQLite has no date type. Times are stored as UTC ticks (units of 100 ns), which sort and compare correctly in every database.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
