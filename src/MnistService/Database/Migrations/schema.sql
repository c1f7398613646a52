CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

CREATE TABLE "Submissions" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Submissions" PRIMARY KEY,
    "CreatedAt" INTEGER NOT NULL,
    "Rows" INTEGER NOT NULL,
    "Model" TEXT NOT NULL,
    "Seconds" REAL NOT NULL,
    "SummaryJson" TEXT NOT NULL
);

CREATE TABLE "TrainingJobs" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_TrainingJobs" PRIMARY KEY,
    "Name" TEXT NULL,
    "State" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "StartedAt" INTEGER NULL,
    "FinishedAt" INTEGER NULL,
    "SettingsJson" TEXT NOT NULL,
    "ProgressJson" TEXT NULL,
    "EpochsJson" TEXT NOT NULL,
    "TestJson" TEXT NULL,
    "ModelId" TEXT NULL,
    "ActivationJson" TEXT NULL,
    "ErrorJson" TEXT NULL
);

CREATE INDEX "IX_Submissions_CreatedAt" ON "Submissions" ("CreatedAt");

CREATE INDEX "IX_TrainingJobs_CreatedAt" ON "TrainingJobs" ("CreatedAt");

CREATE INDEX "IX_TrainingJobs_State" ON "TrainingJobs" ("State");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261124022737_Initial', '10.0.13');

CREATE TABLE "Datasets" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Datasets" PRIMARY KEY,
    "Name" TEXT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "Source" TEXT NOT NULL,
    "Images" INTEGER NOT NULL,
    "LabelsJson" TEXT NOT NULL,
    "Sha256" TEXT NOT NULL
);

CREATE INDEX "IX_Datasets_CreatedAt" ON "Datasets" ("CreatedAt");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261124211238_AddDatasets', '10.0.13');

ALTER TABLE "TrainingJobs" ADD "WarningsJson" TEXT NULL;

ALTER TABLE "Datasets" ADD "LabelCheckJson" TEXT NULL;

ALTER TABLE "Datasets" ADD "SuspiciousImages" BLOB NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126182853_AddLabelChecks', '10.0.13');

