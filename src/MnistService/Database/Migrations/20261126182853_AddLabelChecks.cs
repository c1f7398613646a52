using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MnistService.Database.Migrations
{
    /// <inheritdoc />
    public partial class AddLabelChecks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "WarningsJson",
                table: "TrainingJobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LabelCheckJson",
                table: "Datasets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "SuspiciousImages",
                table: "Datasets",
                type: "BLOB",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "WarningsJson",
                table: "TrainingJobs");

            migrationBuilder.DropColumn(
                name: "LabelCheckJson",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "SuspiciousImages",
                table: "Datasets");
        }
    }
}
