using MnistService.Connections.Memory;
using MnistService.Database;
using MnistService.Datasets;
using MnistService.Http;
using MnistService.ModelRegistry;
using MnistService.OpenApi;

namespace MnistService.TrainingJobs;

/// <summary>OpenAPI documentation of <c>/train</c> and <c>/datasets/{id}/teach</c>, shown in Swagger UI.</summary>
internal static class TrainDocumentation
{
    private const string Settings =
        """
        "settings":{"data":[{"id":"mnist","weight":1},{"id":"strokes","weight":0.2}],"promote":"ifBetter",
        "recipe":{"network":"mlp","mode":"generator","epochs":1,"steps":null,"batchSize":128,"learningRate":0.004,
        "schedule":"oneCycle","warmUp":0.2,"weightDecay":0.1,"labelSmoothing":0.05,"weightAverage":0.999,
        "augmentation":{"rotation":15,"zoom":0.15,"shift":0.06,"shear":0.15,"elastic":1,"until":0.9},"seed":1,"validation":0.0833},"startFrom":null}
        """;

    private const string Recipe =
        """
        {"settings":{"network":"cnn","mode":"generator","epochs":52,"steps":null,"batchSize":128,"learningRate":0.004,"schedule":"oneCycle","warmUp":0.2,"weightDecay":0.1,
        "labelSmoothing":0.05,"weightAverage":0.999,"augmentation":{"rotation":15,"zoom":0.15,"shift":0.06,"shear":0.15,"elastic":1,"until":0.9},"seed":1,
        "validation":0.0833},"bounds":{"epochs":{"least":1,"most":1000},"learningRate":{"least":0,"most":1,"leastExcluded":true}}}
        """;

    private const string Queued =
        $$"""
        {"id":"02n5fcn1zqjbt","name":"MLP, MNIST + strokes, 24 Nov 11:19","state":"queued","createdAt":"2026-11-24T11:19:30.6237473+00:00","startedAt":null,"finishedAt":null,
        {{Settings}},"progress":null,"epochs":[],"test":null,"model":null,"promotion":null,"error":null,"warnings":[]}
        """;

    private const string Running =
        $$"""
        {"id":"02n5fcn1zqjbt","name":"MLP, MNIST + strokes, 24 Nov 11:19","state":"running","createdAt":"2026-11-24T11:19:30.6237473+00:00","startedAt":"2026-11-24T11:19:30.6764345+00:00",
        "finishedAt":null,{{Settings}},"progress":{"epoch":1,"epochs":1,"step":250,"steps":429,"imagesPerSecond":16415.2,"etaSeconds":1.4},
        "epochs":[],"test":null,"model":null,"promotion":null,"error":null,"warnings":[]}
        """;

    private const string Cancelled =
        $$"""
        {"id":"02n5fcn1zqjbt","name":"MLP, MNIST + strokes, 24 Nov 11:19","state":"cancelled","createdAt":"2026-11-24T11:19:30.6237473+00:00","startedAt":null,
        "finishedAt":"2026-11-24T11:19:34.1719501+00:00",{{Settings}},"progress":null,"epochs":[],"test":null,"model":null,"promotion":null,"error":null,"warnings":[]}
        """;

    internal static RouteHandlerBuilder WithStartDocumentation(this RouteHandlerBuilder route) => route
        .WithName("startJob")
        .WithSummary("Start a training job")
        .WithDescription(
            "All fields are optional. `data` is the id of a data set or a mixture of several, such as `[\"mnist\", {\"id\":\"strokes\",\"weight\":0.2}]`. `{}` trains the " +
            "recommended recipe on MNIST and drawn digits: 52 epochs of the CNN, which take 5 to 6 minutes on two cores. One job runs at a time; other jobs are queued in order. " +
            "Predictions are served during training. After training, the model is evaluated on MNIST's 10,000 test images, if they are available. The policy in `promote` then " +
            "decides whether the model is promoted. With `ifBetter`, the model must be better than the served model on the images of the job's uploaded data sets; " +
            "if the job has none, on the reference sets. On each reference set (held-out images of MNIST and of `strokes`, and the data sets that " +
            "`MnistService:Promotion:ReferenceSets` lists), the model must not be worse than the served model or the model that was shipped with the " +
            "service. The field `promotion` of the job contains the reason and all numbers of this decision.")
        .Accepts<TrainRequest>("application/json")
        .WithJsonBody("The fully connected baseline, which trains in a few seconds", """{"network":"mlp","epochs":1}""")
        .WithJsonBody("The recommended recipe", "{}")
        .WithJsonBody(
            "The CNN with a fixed number of steps and other augmentation; not promoted",
            """{"name":"from the generator","network":"cnn","mode":"generator","steps":10000,"batchSize":64,"augmentation":{"rotation":10,"zoom":0.1,"shift":0.1},"promote":"never"}""")
        .WithJsonBody("An uploaded data set, by the id that POST /datasets returned", """{"data":"02n5fd8zw1m4x","promote":"never"}""")
        .WithJsonBody("An uploaded data set in addition to the default ones", """{"data":["mnist","strokes",{"id":"02n5fd8zw1m4x","weight":0.1}]}""")
        .WithAnswer(202, "application/json", Queued)
        .WithProblems(RequestProblems.JsonInvalid, RequestProblems.ContentTypeNotSupported, RequestProblems.CharsetNotSupported)
        .WithProblems(TrainProblems.SettingsInvalid, TrainProblems.QueueFull, MemoryProblems.TooMany, MemoryProblems.Revoked, DatabaseProblems.StorageFailed);

    internal static RouteHandlerBuilder WithTeachDocumentation(this RouteHandlerBuilder route) => route
        .WithName("teach")
        .WithSummary("Teach corrected digits to the served model")
        .WithDescription(
            "Starts a short training job (45 seconds on two cores) that trains the served model further on MNIST, `strokes` and this data set. Use it for " +
            "digits that the model misclassified. The data set may contain any number of images, also of a single digit; if it has fewer than 100 images, no " +
            "image is held out. The promotion rule decides whether the new model serves: it must classify at least as many of the data set's images correctly " +
            "as the served model (more, if at least 100 are held out), and must not be worse on the reference sets. `promotion.own` and " +
            "`promotion.references` of the job contain these numbers for both models.")
        .WithAnswer(202, "application/json", Queued)
        .WithProblems(DatasetProblems.NotFound, DatasetProblems.BuiltIn, ModelProblems.NoneServed, TrainProblems.SettingsInvalid, TrainProblems.QueueFull, DatabaseProblems.StorageFailed);

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listJobs")
        .WithSummary("List the training jobs, newest first")
        .WithDescription("Returns one page of jobs: `page` starts at 1, `pageSize` is 1 to 100. With `state`, only jobs in this state are listed.")
        .WithQueryValues("state", null, [.. Enum.GetValues<JobState>().Select(JobStates.NameOf)])
        .WithAnswer(200, "application/json", $$"""{"page":1,"pageSize":20,"total":1,"jobs":[{{Running}}]}""")
        .WithProblems(RequestProblems.Invalid, RequestProblems.PageOutOfRange, TrainProblems.UnknownState);

    internal static RouteHandlerBuilder WithRecipeDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getRecipe")
        .WithSummary("Get the recommended recipe and the allowed ranges")
        .WithDescription(
            "Returns the default values of the fields of `POST /train`, the range of each numeric field, and a description of each field. " +
            "A client can build a form from this response.")
        .WithAnswer(200, "application/json", Recipe);

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getJob")
        .WithSummary("Get a training job with its progress and epochs")
        .WithDescription("Returns the progress (updated about twice per second during training) and the epochs. A job that succeeded also contains its model, the evaluation on the test images, " +
            "and whether the model was promoted. `warnings` contains sentences about the data, such as \"Data set 02n5fd8zw1m4x: 412 of 1,500 labels look wrong; classes 3 and 5 seem swapped.\" Warnings do not stop the job.")
        .WithAnswer(200, "application/json", Running).WithProblems(TrainProblems.NotFound);

    internal static RouteHandlerBuilder WithEventsDocumentation(this RouteHandlerBuilder route) => route
        .WithName("streamJobEvents")
        .WithSummary("Stream the events of a training job")
        .WithDescription(
            "Sends server-sent events until the job has ended: `state` (the job, at once and after each change), `progress` (about twice per second), and `epoch` (with its " +
            "number as id). In a browser: `new EventSource('/train/{id}/events')`. A client that reconnects sends `Last-Event-ID` and receives the epochs that it missed, or 204 " +
            "if there are no more events. A slow client skips progress events. The stream ends early if the service stops, the client's API key is removed, or the client sends more data " +
            "on the connection, because a connection with a stream serves no other request. The client can then open the stream again.")
        .WithAnswer(200, "text/event-stream",
            """
            event: state
            data: {"id":"02n5fcn1zqjbt","state":"running",…}

            event: progress
            data: {"epoch":1,"epochs":2,"step":250,"steps":858,"imagesPerSecond":16415.2,"etaSeconds":4.7}

            event: epoch
            data: {"epoch":1,"trainLoss":0.6512,"trainAccuracy":0.8809,"validationLoss":0.1209,"validationAccuracy":0.9782,"learningRate":0.002,"seconds":2.77}
            id: 1

            """)
        .Produces(204)
        .WithProblems(RequestProblems.HasBody, TrainProblems.NotFound, TrainProblems.TooManyWatchers);

    internal static RouteHandlerBuilder WithCancelDocumentation(this RouteHandlerBuilder route) => route
        .WithName("cancelJob")
        .WithSummary("Cancel a job")
        .WithDescription(
            "A queued job is canceled at once (200). A running job usually stops within one training step (202, or 200 if it has already stopped). " +
            "Canceling a canceled job returns the same response (200).")
        .WithAnswer(200, "application/json", Cancelled).WithAnswer(202, "application/json", Running)
        .WithProblems(TrainProblems.NotFound, TrainProblems.Finished, TrainProblems.Changing, DatabaseProblems.StorageFailed);

    internal static RouteHandlerBuilder WithResumeDocumentation(this RouteHandlerBuilder route) => route
        .WithName("resumeJob")
        .WithSummary("Resume a job that was interrupted, canceled, or failed")
        .WithDescription(
            "Queues the job again. It continues from its last checkpoint. Checkpoints are written after each epoch, and when the job is canceled or the service stops. The " +
            "resulting weights are the same as without the interruption. If `hasCheckpoint` is false, the job restarts from the beginning, and its progress and epochs are " +
            "cleared. If the checkpoints exceed their limits (`MnistService:Storage:Checkpoints`), the service deletes the oldest.")
        .WithAnswer(202, "application/json", Queued)
        .WithProblems(TrainProblems.NotFound, TrainProblems.NotResumable, TrainProblems.QueueFull, DatabaseProblems.StorageFailed);

    internal static RouteHandlerBuilder WithRenameDocumentation(this RouteHandlerBuilder route) => route
        .WithName("renameJob")
        .WithSummary("Rename a job")
        .WithDescription("Changes the display name of the job. The job's model keeps its own name; `PATCH /models/{id}` changes it.")
        .WithNewName()
        .WithProblems(TrainProblems.NotFound, DatabaseProblems.StorageFailed, MemoryProblems.TooMany, MemoryProblems.Revoked);

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithName("deleteJob")
        .WithSummary("Delete a finished job")
        .WithDescription("Deletes the record and the checkpoint; the job's model is kept. A queued or running job must be canceled first.")
        .Produces(204)
        .WithProblems(TrainProblems.NotFound, TrainProblems.Unfinished, DatabaseProblems.StorageFailed);
}
